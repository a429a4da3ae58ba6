"""How RapidOCR's bundled models find and read lines of text, on any CPU and without a network."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from subextract.errors import EngineError
from subextract.types import Box, Clip, Image, Line

log = logging.getLogger(__name__)

DETECTOR_STRIDE = 32  # px; the network halves its input five times
READING_HEIGHT = 48  # px; the height at which PP-OCR recognisers were trained
BATCH = 6  # lines; larger batches cost the same per line on a CPU and more memory


class RapidDetector:
    """PP-OCR text detector (Differentiable Binarization, Liao et al. 2020) on pictures as they are, never rescaled.

    The caller chooses the scale: text of 12 to 40 pixels is found best.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        config = _config("Det")
        config.session = _session(config, "PP-OCRv6_det_small.onnx", threads)
        config.limit_type, config.limit_side_len = "max", 1 << 16  # no scaling inside
        from rapidocr.ch_ppocr_det import TextDetector

        self._detect = TextDetector(config)

    def detect(self, images: Sequence[Image]) -> list[list[Box]]:
        """The boxes of the lines of text in each image, from top to bottom."""
        return [self._boxes(image) for image in images]

    def _boxes(self, image: Image) -> list[Box]:
        height, width = image.shape[:2]
        below, right = -height % DETECTOR_STRIDE, -width % DETECTOR_STRIDE
        padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
        corners = self._detect(padded).boxes
        if corners is None:
            return []
        boxes = [Box(*map(int, quad.min(axis=0)), *map(int, quad.max(axis=0) + 1)) for quad in np.asarray(corners)]
        whole = Box(0, 0, width, height)
        return [inside for box in boxes if (inside := box.intersection(whole)).width > 2 and inside.height > 2]


class RapidReader:
    """PP-OCR recogniser on the lines of each clip."""

    def __init__(self, *, threads: int | None = None) -> None:
        config = _config("Rec")
        config.session = _session(config, "PP-OCRv6_rec_small.onnx", threads)
        config.rec_batch_num, config.font_path = BATCH, None
        from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer

        self._input: Any = TextRecInput
        self._read = TextRecognizer(config)

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video."""
        crops = [_crop(clip.image, box) for clip in clips for box in clip.lines]
        if not crops:
            return [[] for _ in clips]
        answer = self._read(self._input(img=crops))
        readings = iter(zip(answer.txts, answer.scores, strict=True))
        return [[_line(clip, box, *next(readings)) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        """Nothing is held open."""


def _line(clip: Clip, box: Box, text: str, score: float) -> Line:
    return Line(text=text, box=box.moved(clip.box.left, clip.box.top), score=float(score))


def _crop(image: Image, box: Box) -> Image:
    """The line's pixels as the recogniser expects them: BGR, as PP-OCR was trained with OpenCV."""
    return np.ascontiguousarray(image[box.top : box.bottom, box.left : box.right, ::-1])


def _config(part: str) -> Any:
    """RapidOCR's own settings of its detector (``Det``) or recogniser (``Rec``)."""
    try:
        from omegaconf import OmegaConf
        from rapidocr.main import DEFAULT_CFG_PATH
        from rapidocr.utils.log import logger
        from rapidocr.utils.parse_parameters import ParseParams
    except ImportError as error:
        raise EngineError(f"RapidOCR cannot be loaded ({error}); run: pip install rapidocr onnxruntime") from error
    logger.setLevel(logging.CRITICAL)
    return OmegaConf.create(dict(ParseParams.load(DEFAULT_CFG_PATH)[part]), flags={"allow_objects": True})


def _session(config: Any, model: str, threads: int | None) -> Any:
    """An inference session whose idle threads sleep.

    onnxruntime's pool spins while it waits, which costs the decoder the cores that it could use meanwhile.
    """
    import onnxruntime
    import rapidocr

    path = Path(config.get("model_path") or Path(rapidocr.__file__).parent / "models" / model)
    if not path.is_file():
        raise EngineError(f"the model {path} is missing; reinstall RapidOCR: pip install --force-reinstall rapidocr")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads or min(4, os.cpu_count() or 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
