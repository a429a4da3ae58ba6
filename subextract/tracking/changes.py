"""Which pixels of two strips are the same text, and what a strip looks like without some of them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from subextract.luma import crop
from subextract.tracking.strokes import CORE, LITTLE, STROKE_SHARE, Floats, Mask, Strokes, high_pass
from subextract.types import Box, Image, Luma

UNCHANGED = 14  # luma levels; compression makes pixels of one picture differ by less
LEFT_UNDER = 0.5  # of the middles of its strokes are there where another text lies over one; of what gave way a third
AN_END = 0.2  # of them are there at one end, where a box lies over a text
WHOLE_LETTER = 0.9  # of the middles of the strokes of a letter that nothing came over are the same
COVERED = 0.5  # of the background around letters changes under a box; of new letters a third has the edge
SHADOW = 2  # px around a stroke, which its shadow darkens
BETWEEN = 0.1  # of the middles of its strokes, where another text was drawn over it, are between the strokes of that
HIT = 0.1  # of them are, at least
STILL_THERE = 0.85  # of those are seen
BEYOND = 0.1  # of them lie beside that place
SAME_BESIDE = 0.95  # of those beside it are the same; where a text was uncovered that seemed to be a part of it, less
STRANGE = 0.35  # of the strongest of what is new is on no stroke of it
BRIDGED = 2  # px between two strokes that came, which are filled
STOOD_STILL = 0.7  # of the pixels around a text are the same where what it lay over stands still
OUTLASTS = 0.7  # of the middles of the strokes of a text are the same over a cut; of one that goes with it half
CUT = 0.5  # of the pixels around a text are the same, at most, where another shot begins behind it
EDGE = 40  # luma levels between the middle of a stroke and its edge
STROKE_BLUR = 1  # px around a stroke, which it blurs into
SOME = 0.02  # of the pixels around must be background to tell what that looks like


def goes_on(strokes: Strokes, now: Luma, before: Luma) -> bool:
    """Whether a text is still there since something else came: half of it is, or an end of it beside a box.

    Of one that gave way a third is left: where the next one has a stroke, too, or the background counts as part of it.
    Of one that had gone before, in a picture that stands still, nothing changed and no stroke is there.
    """
    own = _middles(strokes)
    inked = stroke_signs(high_pass(crop(now, strokes.box))) * strokes.pattern > 0
    kept = own & inked & unchanged(crop(now, strokes.box), crop(before, strokes.box))
    if not own.any() or int(kept.sum()) > LEFT_UNDER * int(own.sum()):
        return bool(own.any())
    blocks, whole = (np.add.reduceat(each.sum(axis=0), strokes.edges)[strokes.solid] for each in (kept, own))
    changed = np.flatnonzero(blocks < WHOLE_LETTER * whole)
    if not len(changed):
        return True
    ends = whole[: changed[0]].sum(), whole[changed[-1] + 1 :].sum()
    return float(max(ends)) > AN_END * float(own.sum()) and _is_covered(strokes, changed, now, before)


def lies_under(strokes: Strokes, place: Box, now: Luma, before: Luma) -> bool:
    """Whether what is new at a place was drawn over a text: it hit strokes of that, between its own strokes those of
    the text are seen, and beside the place it is the same.

    Most of what is new where a text fades, or is coloured, are its own strokes. Of one that gave way little is seen.
    One that is being written goes on beside its strokes and hits none.
    """
    box, (own, high) = strokes.box, (_middles(strokes), high_pass(crop(now, strokes.box)))
    shown, new = strokes.pattern * high > 0, new_ink(now, before, box)
    here = np.zeros_like(own)
    here[:, _columns(box, place)] = True
    between = own & here & ~grown(new, SHADOW)
    beside = own & ~here
    same = shown & unchanged(crop(now, box), crop(before, box))
    strong = strongest(new & here, high)
    return (
        box.intersection(place).width > LITTLE * box.height
        and int(between.sum()) > BETWEEN * int((own & here).sum())
        and int((between & shown).sum()) >= STILL_THERE * int(between.sum())
        and int(beside.sum()) > BEYOND * int(own.sum())
        and int((beside & same).sum()) >= SAME_BESIDE * int(beside.sum())
        and int((own & here & ~same).sum()) >= HIT * int((own & here).sum())
        and int((strong & ~shown).sum()) >= STRANGE * int(strong.sum())
    )


def strongest(ink: Mask, high: Floats) -> Mask:
    """The pixels of some ink (h, w) where the picture, high-passed, stands out most."""
    return np.asarray(ink & (np.abs(high) >= CORE * float(np.percentile(np.abs(high), 95))))


def _middles(strokes: Strokes) -> Mask:
    """The middles of the strokes of a text, (h, w), without those of its edges."""
    side = 1 if float(strokes.pattern[strokes.core].sum()) > 0 else -1
    return np.asarray(strokes.core & (strokes.pattern * side > 0))


def _is_covered(strokes: Strokes, changed: NDArray[np.intp], now: Luma, before: Luma) -> bool:
    """Whether the background of some of the solid blocks of a text, from first to last, changed with them: a
    box came over it, and no other text alone."""
    solid = [block for block, is_solid in zip(strokes.blocks, strokes.solid, strict=True) if is_solid]
    box, left = strokes.box, solid[changed[0]].start
    part = Box(left, 0, solid[changed[-1]].stop, box.height)
    background = crop(strokes.inked, part) == 0
    place = part.moved(box.left, box.top)
    return float((~unchanged(crop(now, place), crop(before, place)))[background].mean()) > COVERED


def area_of_change(now: Luma, before: Luma, box: Box) -> Mask:
    """The changed pixels in a box, (h, w): strokes with their edges, or a box with everything on it."""
    changed = (~unchanged(crop(now, box), crop(before, box))).astype(np.uint8)
    whole = cv2.morphologyEx(cv2.medianBlur(changed, 3), cv2.MORPH_CLOSE, _square(BRIDGED))
    return grown(whole > 0, STROKE_BLUR)


def untouched(strokes: Strokes, place: Box, now: Luma, before: Luma) -> float:
    """The share (0 to 1) of the pixels of a text, in the columns of a place, that are what they were before something
    else came there: all where the text lies over that, fewer where that lies over it; 0 where the text is not there."""
    box = strokes.box
    columns = _columns(box, place)
    inked, middles = strokes.inked[:, columns] > 0, _middles(strokes)[:, columns]
    shown = (strokes.pattern * high_pass(crop(now, box)) > 0)[:, columns]
    if not middles.any() or float(shown[middles].mean()) < OUTLASTS:
        return 0.0
    return float(unchanged(crop(now, box), crop(before, box))[:, columns][inked].mean())


def outlasts_cut(strokes: Strokes, now: Luma, before: Luma) -> bool:
    """Whether what changed is around a text and not the text: the middles of its strokes are what they were, and stand
    out as they did, or have an edge. What blends with the background beside them may be another."""
    box, middles = strokes.box, _middles(strokes)
    place = crop(now, box)
    same = unchanged(place, crop(before, box))
    edged = cv2.morphologyEx(place, cv2.MORPH_GRADIENT, _square(SHADOW)) > EDGE
    shown = same & ((strokes.pattern * high_pass(place) > 0) | edged)
    around = strokes.inked == 0
    cut = around.any() and float(same[around].mean()) < CUT
    return bool(cut and middles.any() and float(shown[middles].mean()) >= OUTLASTS)


def old_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), that belong to strokes which are the same on both strips."""
    return same_ink(now, before, box) & unchanged(crop(now, box), crop(before, box))


def same_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), where strokes are as bright, or as dark, as strokes that were there before: these
    tell nothing about what came."""
    return np.asarray(stroke_signs(high_pass(crop(now, box))) * stroke_signs(high_pass(crop(before, box))) > 0)


def new_ink(now: Luma, before: Luma, box: Box) -> Mask:
    """The pixels of a box, (h, w), that belong to strokes which were not there before."""
    one, other = crop(now, box), crop(before, box)
    return np.asarray((stroke_signs(high_pass(one)) != 0) & ~unchanged(one, other))


def only_new(now: Luma, before: Luma, box: Box) -> Luma:
    """The strip ``now`` with nothing in the rows of a box but what came since ``before``."""
    clean, came = now.copy(), area_of_change(now, before, box)
    ink = grown(stroke_signs(high_pass(crop(now, box))) != 0, STROKE_BLUR)
    crop(clean, box)[:] = np.where(came, crop(now, box), _background(crop(now, box), ~ink & ~came))
    return clean


def cleaned(image: Image, now: Luma, before: Luma, box: Box) -> Image:
    """A picture of a box of the strip, at any size, without those strokes that were there ``before``."""
    size = image.shape[1], image.shape[0]
    mask, ink = (
        cv2.resize(each.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for each in _to_wipe(now, before, box)
    )
    return np.asarray(np.where(mask[..., None], _background(image, ~ink), image), dtype=np.uint8)


def without_texts(texts: Sequence[tuple[Strokes, Luma | None]], strip: Luma) -> Luma:
    """The strip without some texts: with what they lay over in their place, as a strip shows for each of them, if that
    stood still, else with the background."""
    clean = strip.copy()
    for strokes, behind in texts:
        part, ink = crop(clean, strokes.box), grown(strokes.inked > 0, STROKE_BLUR)
        part[:] = np.where(ink, _in_its_place(part, ink, None if behind is None else crop(behind, strokes.box)), part)
    return clean


def _in_its_place(part: Luma, ink: Mask, below: Luma | None) -> Luma | Floats:
    """What is put in the place of a text: what it lay over, if that is known and stood still, or the background."""
    if below is not None and not ink.all() and float(unchanged(part, below)[~ink].mean()) > STOOD_STILL:
        return below
    return _background(part, ~ink)


def _to_wipe(now: Luma, before: Luma, box: Box) -> tuple[Mask, Mask]:
    """The pixels of old strokes of a box and right around them that did not change, and those of all strokes.

    Where strokes of one colour cross, those of the old text are within new ones, and stay.
    """
    new = cv2.morphologyEx(new_ink(now, before, box).astype(np.uint8), cv2.MORPH_CLOSE, _square(STROKE_BLUR)) > 0
    old = grown(old_ink(now, before, box), STROKE_BLUR)
    ink = grown(stroke_signs(high_pass(crop(now, box))) != 0, STROKE_BLUR)
    return np.asarray(old & ~new & unchanged(crop(now, box), crop(before, box))), np.asarray(ink)


def _background(picture: Luma | Image, background: Mask) -> Floats:
    """What the pixels of the ``background`` (h, w) look like near each pixel, whatever is there."""
    weight = background.astype(np.float32)
    pixels = picture.astype(np.float32) * (weight if picture.ndim == 2 else weight[..., None])
    result = np.full(picture.shape, float(picture.mean()), np.float32)
    for span in (
        4 * picture.shape[0] | 1,
        picture.shape[0] | 1,
        picture.shape[0] // 4 | 1,
    ):  # the nearest, where there is any
        total, share = cv2.blur(pixels, (span, span)), cv2.blur(weight, (span, span))
        share = share if picture.ndim == 2 else share[..., None]
        result = np.where(share > SOME, total / np.maximum(share, SOME), result)
    return np.asarray(result, dtype=np.float32)


def stroke_signs(high: Floats) -> NDArray[np.int8]:
    """1 and -1 where bright and dark strokes are, else 0."""
    min_level = STROKE_SHARE * float(np.percentile(np.abs(high), 95))
    return np.asarray(np.sign(high) * (np.abs(high) >= max(min_level, 1.0)), dtype=np.int8)


def unchanged(one: Luma, other: Luma) -> Mask:
    return np.asarray(cv2.absdiff(one, other) <= UNCHANGED)


def grown(mask: Mask, room: int) -> Mask:
    """A mask (h, w) with all pixels that are at most ``room`` px from it, across and down."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _square(room)) > 0)


def _columns(box: Box, place: Box) -> slice:
    """The columns of a box that lie in a place."""
    return slice(max(0, place.left - box.left), max(0, place.right - box.left))


def _square(room: int) -> NDArray[np.uint8]:
    return np.ones((2 * room + 1, 2 * room + 1), np.uint8)
