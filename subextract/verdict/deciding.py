"""When is it decided which texts are subtitles: as soon as enough is known, and of the whole video at its end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from subextract.types import Clip, Image, Line
from subextract.verdict.blocks import Text, distinct
from subextract.verdict.judging import Film, Judged, judged

log = logging.getLogger(__name__)

Reading = tuple[Clip, Sequence[Line]]

STEP = 120_000  # ms of the video from one decision to the next
HORIZON = 300_000  # ms after which a text is decided with what is known by then
MEMORY = 1_200_000  # ms of the texts before it that are remembered for a decision: what a film of hours holds in memory
STATIC = 15_000  # ms; of other text, what stays longer is a logo or a banner, the rest are signs
NOTHING: Image = np.zeros((0, 0, 3), np.uint8)


@dataclass(eq=False)
class Waiting:
    """A clip with its lines, and the numbers of their texts among those that are remembered."""

    clip: Clip
    lines: Sequence[Line]
    texts: list[Text] = field(default_factory=list)


def decided(
    found: Iterable[tuple[int, Sequence[Reading]]],
    film: Film,
    *,
    keep: frozenset[str] = frozenset(),
    leave_out: Callable[[str], None] = lambda kind: None,
    told: Callable[[Sequence[Text], Sequence[Judged]], None] = lambda texts, verdicts: None,
    with_pictures: bool = False,
) -> Iterator[tuple[int, list[Reading]]]:
    """The readings that are subtitles, with the time (ms) before which no further one will start.

    Other text is left out and ``leave_out`` told its kind (Cue.kind), unless that is in ``keep``. What has a kind
    already, or nothing known of it but its picture, passes. ``told`` is given each decision. Pictures are let go as soon as
    they have been read, unless somebody wants them later.
    """
    waiting: list[Waiting] = []
    past: list[Waiting] = []
    next_time = HORIZON + STEP
    known = answered = 0
    for known, readings in found:
        for clip, lines in readings:
            slim = clip if with_pictures else replace(clip, image=NOTHING, frames=())
            waiting.append(Waiting(slim, lines, texts_of(clip, lines)))
        if known >= next_time:
            next_time = known + STEP
            answered = known - HORIZON
            early = [one for one in waiting if one.clip.start < answered]
            verdicts = _verdicts([*past, *waiting], film, told)
            yield answered, [reading for one in early for reading in _split(one, verdicts, keep, leave_out)]
            waiting = [one for one in waiting if one.clip.start >= answered]
            past = [one for one in [*past, *early] if one.clip.start > known - MEMORY]
    verdicts = _verdicts([*past, *waiting], film, told)
    rest = [reading for one in waiting for reading in _split(one, verdicts, keep, leave_out)]
    yield max(known, answered), rest


Verdicts = dict[int, Judged]
"""By the id of each text."""


def _verdicts(
    waiting: Sequence[Waiting], film: Film, told: Callable[[Sequence[Text], Sequence[Judged]], None]
) -> Verdicts:
    texts = distinct([text for one in waiting for text in one.texts if text.said.strip()])
    verdicts = judged(texts, film)
    told(texts, verdicts)
    return {id(text): verdict for text, verdict in zip(texts, verdicts, strict=True)}


def texts_of(clip: Clip, lines: Sequence[Line]) -> list[Text]:
    """What is known of each line of a clip; nothing where it was not followed."""
    if len(clip.evidence) != len(lines) or clip.kind:
        return []
    both = zip(clip.evidence, lines, strict=True)
    return [Text(evidence, line.text, line.score, clip.upright) for evidence, line in both]


def _split(
    one: Waiting, verdicts: Verdicts, keep: frozenset[str], leave_out: Callable[[str], None]
) -> Iterator[Reading]:
    """The lines of a clip that are subtitles, and those of other kinds that are kept."""
    if not one.texts:
        yield one.clip, one.lines
        return
    kinds = [_kind(text, verdicts.get(id(text))) for text in one.texts]
    for kind in dict.fromkeys(kinds):
        numbers = [number for number, other in enumerate(kinds) if other == kind]
        if kind and kind not in keep:
            leave_out(kind)
        elif kind != UNREAD:
            clip = replace(
                one.clip,
                kind=kind,
                lines=tuple(one.clip.lines[number] for number in numbers),
                evidence=tuple(one.clip.evidence[number] for number in numbers),
            )
            yield clip, [one.lines[number] for number in numbers]


UNREAD = ""  # the kind of what turned out to say nothing


def _kind(text: Text, verdict: Judged | None) -> str | None:
    if verdict is None:
        return UNREAD
    if verdict.is_subtitle:
        return None
    return "static" if text.evidence.end - text.evidence.start > STATIC else "sign"
