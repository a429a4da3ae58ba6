"""Whether the boxes in a map of chances are those that RapidOCR finds there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess

from subextract.ocr.rapid.db_postprocess import text_boxes
from subextract.types import Box

WIDTH, HEIGHT = 320, 160
MAPS = range(40)
Chances = NDArray[np.float32]


def of_rapidocr(chances: Chances) -> list[Box]:
    """The upright boxes around the rectangles that RapidOCR finds with the settings of its detector."""
    shapes, _ = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)(
        chances[None, None], (HEIGHT, WIDTH)
    )
    boxes = [Box(*map(int, shape.min(axis=0)), *map(int, shape.max(axis=0) + 1)) for shape in shapes]
    return sorted(boxes, key=lambda box: (box.top, box.left))


def of_ours(chances: Chances) -> list[Box]:
    """The boxes as the detector gives them away: what is outside of the picture is cut off."""
    return [box.intersection(Box(0, 0, WIDTH, HEIGHT)) for box in text_boxes(chances)]


def lines(seed: int, tilt: float) -> Chances:
    """The cores of some lines and columns of any size, sharp or faint, that may cross one another and the edges."""
    random = np.random.default_rng(seed)
    chances = random.random((HEIGHT, WIDTH), np.float32) / np.float32(5)
    for _ in range(random.integers(1, 6)):
        middle = (float(random.uniform(0, WIDTH)), float(random.uniform(0, HEIGHT)))
        size = (float(random.uniform(4, 150)), float(random.uniform(2, 20)))
        angle = float(random.choice([0, 90]) + random.uniform(-tilt, tilt))
        core = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(core, [np.round(cv2.boxPoints((middle, size, angle))).astype(np.int32)], 1)
        soft = cv2.GaussianBlur(core.astype(np.float32), (0, 0), 0.8)
        chances = np.maximum(chances, soft * np.float32(random.uniform(0.35, 1)))
    return chances


def patches(seed: int) -> Chances:
    """Patches that are no lines, of all chances."""
    random = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(random.random((HEIGHT, WIDTH), np.float32), (0, 0), random.uniform(1, 9))
    return np.asarray((noise - noise.min()) / np.ptp(noise), np.float32)


def farthest(boxes: list[Box], others: list[Box]) -> int:
    """By how many pixels the sides of two lists of boxes differ at most, whatever their order."""
    assert len(boxes) == len(others)
    sides, theirs = np.array(boxes).reshape(-1, 1, 4), np.array(others).reshape(1, -1, 4)
    apart = np.abs(sides - theirs).max(axis=2)
    return int(max(apart.min(axis=0).max(), apart.min(axis=1).max())) if len(boxes) else 0


@pytest.mark.parametrize("seed", MAPS)
def test_upright_lines_have_the_boxes_of_rapidocr(seed: int) -> None:
    chances = lines(seed, tilt=0)
    assert farthest(of_ours(chances), of_rapidocr(chances)) <= 1  # it cuts the corners of a core to whole pixels


@pytest.mark.parametrize("seed", MAPS)
def test_tilted_lines_have_the_boxes_of_rapidocr_but_for_its_rounding(seed: int) -> None:
    chances = lines(seed, tilt=45)
    assert farthest(of_ours(chances), of_rapidocr(chances)) <= 2  # cut corners change the angle a little, too


@pytest.mark.parametrize("seed", MAPS)
def test_patches_have_the_boxes_of_rapidocr(seed: int) -> None:
    chances = patches(seed)
    assert farthest(of_ours(chances), of_rapidocr(chances)) <= 2


def test_boxes_come_from_top_to_bottom_and_then_from_left_to_right() -> None:
    chances = np.zeros((HEIGHT, WIDTH), np.float32)
    for left, top in ((200, 20), (20, 20), (0, 100)):
        chances[top : top + 10, left : left + 40] = 1
    assert text_boxes(chances) == [Box(14, 14, 67, 37), Box(194, 14, 247, 37), Box(0, 94, 47, 117)]


def test_a_map_of_nothing_has_no_boxes() -> None:
    assert text_boxes(np.zeros((HEIGHT, WIDTH), np.float32)) == []
