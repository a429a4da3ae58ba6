"""Clips about when: fades, repeats, neighbours that differ little, cuts and flashes under the text."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from benchmarks.clips.lettering import Place
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Showing, fading, steady, then
from benchmarks.clips.studio import Studio


def fade_slow(studio: Studio) -> Recipe:
    return faded(studio, 0.8, on=(2.4, 3.6), off=(0.1, 0.9))


def fade_fast(studio: Studio) -> Recipe:
    return faded(studio, 0.1, on=(1.0, 2.4), off=(0.0, 0.6))


def faded(studio: Studio, fade: float, on: tuple[float, float], off: tuple[float, float]) -> Recipe:
    """Lines that take ``fade`` seconds to come and as many to go."""
    look = studio.look(studio.pick("sans", "bold"))
    spans = studio.spans(7, on, off)
    showings = []
    for text, (first, last) in zip(studio.lines(7, longest=42), spans, strict=True):
        draw = fading(studio.lettered(text, look), last - first, fade * float(studio.rate))
        showings.append(Showing(first, last, draw, text))
    return studio.recipe(showings, fade=fade)


def crossfade(studio: Studio) -> Recipe:
    """Each line appears while the one before disappears in the same place, within 0.4 s."""
    look, fade = studio.look(), studio.frames(0.4)
    now, showings = studio.frames(0.8), []
    for text in studio.lines(8, longest=42):
        length = studio.frames(studio.random.uniform(2.2, 3.2))
        draw = fading(studio.lettered(text, look), length, fade)
        showings.append(Showing(now, now + length, draw, text))
        now += length - fade
    return studio.recipe(showings, fade=0.4)


def rapid(studio: Studio) -> Recipe:
    """Lines of 0.4 to 0.5 s without any gap, and now and then a breath."""
    now, spans = studio.frames(0.6), []
    for number in range(36):
        spans.append((now, now + studio.frames(studio.random.uniform(0.4, 0.5))))
        now = spans[-1][1] + (studio.frames(1.0) if number % 9 == 8 else 0)
    return studio.recipe(studio.subtitles(studio.lines(36, longest=36), studio.look("bold"), None, spans))


def twins(studio: Studio) -> Recipe:
    """Neighbours without a gap that differ by one or two letters."""
    now, texts, spans = studio.frames(0.6), [], []
    for group in studio.lines(6, "en_twins"):
        for text in group:
            texts.append(text)
            spans.append((now, now + studio.frames(studio.random.uniform(0.9, 1.7))))
            now = spans[-1][1]
        now += studio.frames(studio.random.uniform(0.3, 1.0))
    return studio.recipe(studio.subtitles(texts, studio.look(), None, spans))


def again_after_pause(studio: Studio) -> Recipe:
    """Every line twice with 0.3 s of nothing in between: two cues."""
    return repeated(studio, studio.frames(0.3))


def again_at_once(studio: Studio) -> Recipe:
    """Every line twice without a pause, the second time over another scene: one cue."""
    return repeated(studio, 0)


def repeated(studio: Studio, pause: int) -> Recipe:
    now, texts, spans = studio.frames(0.6), [], []
    for text in studio.lines(7, longest=42):
        for _ in range(2):
            texts.append(text)
            spans.append((now, now + studio.frames(studio.random.uniform(0.9, 1.5))))
            now = spans[-1][1] + pause
        now += studio.frames(studio.random.uniform(0.0, 0.5))
    showings = studio.subtitles(texts, studio.look(), None, spans)
    cuts = [first for first, _ in spans[1::2]]
    return studio.recipe(showings, scenes=studio.scenes(spans[-1][1] + 20, cuts))


def joined(studio: Studio) -> Recipe:
    """A line stands, a second one joins it below, above, or below while it moves up; they go together or in turn."""
    look = studio.look()
    step = look.leading * look.size
    lines = studio.lines(12, longest=40)
    now, showings = studio.frames(0.6), []
    for number, (text, other) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        alone, joint, rest = (studio.frames(studio.random.uniform(*each)) for each in ((1, 1.6), (1.2, 1.8), (0.7, 1)))
        low, high = studio.lettered(text, look), studio.lettered(text, look).moved(0, -step)
        second = studio.lettered(other, look).moved(0, -step if number % 3 == 1 else 0)
        draw = (steady(high), steady(low), then(steady(low), steady(high), alone))[number % 3]
        showings.append(Showing(now, now + alone + joint, draw, text))
        last = now + alone + joint + (rest if number % 2 else 0)
        showings.append(Showing(now + alone, last, steady(second), other))
        now = last + studio.frames(0.5)
    return studio.recipe(showings)


def speakers(studio: Studio) -> Recipe:
    """Two people talk, one at the left and one at the right, without a gap; the right one a little higher."""
    sides = (Place("left", 0.08, 0.9), Place("right", 0.92, studio.pick(0.9, 0.8)))
    texts = studio.lines(12, longest=30)
    spans = studio.spans(12, on=(1.1, 2.2), off=(0.0, 0.0))
    showings = []
    for number, (text, (first, last)) in enumerate(zip(texts, spans, strict=True)):
        patch = studio.lettered(text, studio.look(), sides[number % 2])
        showings.append(Showing(first, last, steady(patch), text))
    return studio.recipe(showings)


def cuts_under(studio: Studio) -> Recipe:
    """Two scene cuts under every subtitle."""
    spans = studio.spans(8, on=(2.0, 3.0), off=(0.0, 0.6))
    cuts = [first + round(share * (last - first)) for first, last in spans for share in (0.3, 0.65)]
    showings = studio.subtitles(studio.lines(8), studio.look(), None, spans)
    return studio.recipe(showings, scenes=studio.scenes(spans[-1][1], cuts))


def cuts_at_change(studio: Studio) -> Recipe:
    """The scene is cut in the very frame in which the text changes, comes or goes."""
    pause = studio.frames(0.5)
    spans = studio.spans(11, on=(1.2, 2.4), off=(0.0, 0.0))
    spans[2::3] = [(first, last - pause) for first, last in spans[2::3]]
    cuts = sorted({edge for span in spans for edge in span})
    showings = studio.subtitles(studio.lines(11), studio.look(), None, spans)
    return studio.recipe(showings, scenes=studio.scenes(spans[-1][1], cuts))


def dissolves(studio: Studio) -> Recipe:
    """Scenes melt into one another within a second, under the subtitles."""
    spans = studio.spans(9)
    cuts = [first + studio.frames(0.4) for first, _ in spans[::2]]
    showings = studio.subtitles(studio.lines(9), studio.look(), None, spans)
    return studio.recipe(showings, scenes=studio.scenes(spans[-1][1], cuts), dissolve=studio.frames(1.0))


def flashes(studio: Studio) -> Recipe:
    """Frames of white light behind standing subtitles, one to three in a row, and one between two of them."""
    spans = studio.spans(9, on=(1.8, 2.6), off=(0.2, 0.6))
    white = set()
    for number, (first, last) in enumerate(spans):
        for share in (0.3, 0.6):
            start = first + round(share * (last - first))
            white |= set(range(start, start + 1 + number % 3))
    white |= {after[0] - 2 for _, after in pairwise(spans[::3])}
    showings = studio.subtitles(studio.lines(9), studio.look(), None, spans)
    return studio.recipe(showings, flashes=frozenset(white))


def short(studio: Studio) -> Recipe:
    """Cues of a word or a number, among longer ones."""
    texts = studio.lines(12, "en_short")
    texts[3::4] = studio.lines(3, longest=36)
    spans = studio.spans(12, on=(0.5, 1.4), off=(0.3, 1.2))
    return studio.recipe(studio.subtitles(texts, studio.look(), None, spans))


def hd(studio: Studio) -> Recipe:
    """Nothing special, 1280x720."""
    studio = replace(studio, size=(1280, 720))
    look = studio.look(scale=0.85)
    return studio.recipe(studio.subtitles(studio.lines(9, longest=50), look))


KINDS = {
    "fade_slow": fade_slow,
    "fade_fast": fade_fast,
    "crossfade": crossfade,
    "rapid": rapid,
    "twins": twins,
    "again_after_pause": again_after_pause,
    "again_at_once": again_at_once,
    "joined": joined,
    "speakers": speakers,
    "cuts_under": cuts_under,
    "cuts_at_change": cuts_at_change,
    "dissolves": dissolves,
    "flashes": flashes,
    "short": short,
    "hd": hd,
}
