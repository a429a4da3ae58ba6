"""What a line looked like on the frames before it was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from subextract.luma import crop
from subextract.tracking.changes import outlasts_cut, unchanged
from subextract.tracking.fades import Sample
from subextract.tracking.places import ALL, HOME, MIN_FRAMES, UNALIGNED, Way, beside, wandered
from subextract.tracking.strip_frames import StripFrame
from subextract.tracking.strokes import STAYS_UP, Match, Strokes, compare, high_pass, remember

RISE, STEADY = 0.25, 0.02  # of the full contrast: by how much it rises when a text appears, at least so much a frame
ROUNDED = 1  # ms between the end of a frame and the time of the next one
EVEN = 3  # moments before a rise
OTHER_TEXT = 0.9  # share of agreeing text below which a frame shows a background that resembles the text


def history(strokes: Strokes, recent: Sequence[StripFrame]) -> list[Sample]:
    """Samples of the strokes on the recent moments, oldest first."""
    matches = [compare(strokes, frame.strip) for frame in recent]
    matches = _wandering(strokes, recent, matches)
    samples = [
        Sample(frame.time, frame.end, match.share, match.contrast) for frame, match in zip(recent, matches, strict=True)
    ]
    return _across_a_cut(strokes, recent, samples)


def _across_a_cut(strokes: Strokes, recent: Sequence[StripFrame], samples: list[Sample]) -> list[Sample]:
    """The samples, those before a cut from the strokes as they looked there, if the text was there already: its edges
    blend with what is behind it, its middles do not. Contrasts become what they would be behind the cut."""
    first = len(samples)
    while first > 0 and samples[first - 1].share >= STAYS_UP:
        first -= 1
    if not 0 < first < len(samples) or samples[first].time - samples[first - 1].end > ROUNDED:
        return samples
    before, now, box = recent[first - 1].strip, recent[first].strip, strokes.box
    if not outlasts_cut(strokes, before, now):
        return samples
    same = unchanged(crop(before, box), crop(now, box))
    there = remember(box, high_pass(crop(before, box)), (strokes.inked > 0) & same)
    earlier = [(frame, compare(there, frame.strip)) for frame in recent[:first]]
    scale = samples[first].contrast / max(1.0, earlier[-1][1].contrast)
    across = [Sample(frame.time, frame.end, match.share, scale * match.contrast) for frame, match in earlier]
    return across + samples[first:]


def _wandering(strokes: Strokes, recent: Sequence[StripFrame], matches: list[Match]) -> list[Match]:
    """The matches, those of the latest frames on which it was beside its place as of where it was then.

    Unless it was always at the same place, or on its way: then it was another text with the same letters, or moves.
    """
    seen: list[tuple[int, Way, Match]] = []
    missed = 0
    for index in range(len(recent) - 1, -1, -1):
        if matches[index].share >= ALL:
            seen.append((index, HOME, matches[index]))
        elif there := beside(strokes, recent[index].strip):
            seen.append((index, there[0], there[2]))
        missed = 0 if seen and seen[-1][0] == index else missed + 1
        if missed == 2:
            break
    ways = [way for _, way, _ in seen]
    if all(way.length < UNALIGNED for way in ways):
        return matches
    among = {index: match for index, _, match in seen[: wandered(ways) if len(ways) >= MIN_FRAMES else len(ways)]}
    return [among.get(index, match) for index, match in enumerate(matches)]


def before_rises(samples: Sequence[Sample]) -> Iterator[int]:
    """The index of the last sample before each steady rise of the contrast, the latest rise first.

    The last moment, from which the strokes are known, agrees with them in all that moves behind the text, too: a rise
    to it alone is none if the moment before shows most of the text.
    """
    full = samples[-1].contrast
    top = len(samples) - 1
    while top > 0:
        foot = top
        while foot > 0 and samples[foot].contrast - samples[foot - 1].contrast > STEADY * full:
            foot -= 1
        rise = samples[top].contrast - samples[foot].contrast
        if rise > RISE * full and not (top == len(samples) - 1 and _agrees_with_itself(samples, rise)):
            yield foot
        top = min(foot, top - 1)


def was_even(samples: Sequence[Sample], index: int) -> bool:
    """Whether the contrast stayed the same on the moments up to a sample: nothing moved or faded then."""
    lately = [sample.contrast for sample in samples[max(0, index - EVEN) : index + 1]]
    return len(lately) > EVEN and max(lately) - min(lately) <= STEADY * samples[-1].contrast


def _agrees_with_itself(samples: Sequence[Sample], rise: float) -> bool:
    """Whether the last moment alone makes most of a rise though the one before shows the text, too."""
    before, last = samples[-2:]
    return before.share >= STAYS_UP and 2 * (last.contrast - before.contrast) > rise
