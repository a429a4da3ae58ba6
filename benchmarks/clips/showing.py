"""What stands on the screen in which frame, and which cues that makes.

A ``Showing`` is one thing that comes and goes as a whole: a subtitle, a line of a rolling caption, a logo. It is drawn
by a function from the frames since it came to the patches to lay over the picture, each with its opacity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.clips.lettering import Patch

Drawn = Sequence[tuple[Patch, float]]
Draw = Callable[[float], Drawn]


@dataclass(frozen=True)
class Showing:
    """From the first frame that shows any of it to the first that does not; ``text`` is None for what is no subtitle.

    What is ``inside`` belongs to the scene and gets the grain of the film.
    """

    first: int
    last: int
    draw: Draw
    text: str | None = None
    inside: bool = False

    def at(self, frame: float) -> Drawn:
        return self.draw(frame - self.first) if self.first <= frame < self.last else ()


def truth(showings: Iterable[Showing], times: Sequence[int]) -> list[tuple[int, int, str]]:
    """Start, end and text of the cues, from the time of each frame; the same text without a pause is one cue."""
    cues: list[tuple[int, int, str]] = []
    for showing in sorted(showings, key=lambda each: (each.first, each.last)):
        if showing.text is None:
            continue
        start, end = times[showing.first], times[showing.last]
        before = next((cue for cue in cues if cue[2] == showing.text and cue[1] == start), None)
        if before:
            cues.remove(before)
        cues.append((before[0] if before else start, end, showing.text))
    return sorted(cues)


# How things are drawn.


def steady(patch: Patch, opacity: float = 1.0) -> Draw:
    return lambda frame: [(patch, opacity)]


def fading(patch: Patch, length: int, fade: float, opacity: float = 1.0) -> Draw:
    """Comes and goes within ``fade`` frames each; the opacity is that of the middle of the frame, so never 0."""

    def draw(frame: float) -> Drawn:
        return [(patch, opacity * min(1.0, (frame + 0.5) / fade, (length - frame - 0.5) / fade))]

    return draw


def growing(patches: Sequence[Patch], starts: Sequence[int]) -> Draw:
    """One patch after the other, each from its frame on."""

    def draw(frame: float) -> Drawn:
        stage = sum(frame >= start for start in starts) - 1
        return [(patches[stage], 1.0)]

    return draw


def then(before: Draw, after: Draw, when: int) -> Draw:
    """The one until that frame, the other from it on."""
    return lambda frame: before(frame) if frame < when else after(frame)


def both(lower: Draw, upper: Draw) -> Draw:
    return lambda frame: [*lower(frame), *upper(frame)]


def sung(plain: Patch, coloured: Patch, frames: float) -> Draw:
    """Karaoke: the colour runs from left to right in that many frames. Both patches have the same outline."""

    def draw(frame: float) -> Drawn:
        done = round(coloured.width * min(1.0, (frame + 0.5) / frames))
        return [(plain, 1.0), (Patch(coloured.values[:, : max(1, done)], coloured.left, coloured.top), 1.0)]

    return draw


def moving(patch: Patch, path: Callable[[float], tuple[float, float]], opacity: float = 1.0) -> Draw:
    """At the distance from its place that ``path`` gives for the frame."""
    return lambda frame: [(patch.moved(*path(frame)), opacity)]
