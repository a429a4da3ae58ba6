"""Reviews of a film whose cues are written down, with pictures of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from subextract import formats
from subextract.review import Keeper, Sidecar
from subextract.types import Box, Clip, Cue, Image, Line, Video
from subextract.web.reviewing import Reviewing
from subextract.web.serving import bound, server

VIDEO = Video("film.mp4", 640, 360, duration=20_000, frame_rate=24.0)
PLACE = Box(120, 300, 520, 336)
TOKEN = "a-token-of-the-tests"
TRUE = (
    "The harbour lights go out at nine.",
    "Then we have to leave before that.",
    "- Did you bring the map?\n- No, but I remember the way.",
    "Nobody has used this road since 1987.",
)


def cue(number: int, text: str, score: float = 0.99, **more: Any) -> Cue:
    """The cue of a number, one every two seconds."""
    start = 1000 + 2000 * number
    return replace(Cue(start, start + 1500, text, PLACE, score), **more)


def picture(text: str) -> Image:
    image: Image = np.full((44, 420, 3), 60, np.uint8)
    cv2.putText(image, text.split("\n")[0], (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (250, 250, 250), 1, cv2.LINE_AA)
    return image


def clip_of(one: Cue) -> Clip:
    return Clip(one.start, one.end, picture(one.text), one.box or PLACE)


def kept(
    folder: Path,
    cues: Sequence[Cue],
    rejected: Sequence[Cue] = (),
    formats_of: Sequence[str] = ("srt",),
    read: Sequence[tuple[Cue, str]] = (),
) -> Path:
    """The sidecar of a run that found these cues; ``read`` are readings of their pictures that came to nothing."""
    results = [folder / f"film.{form}" for form in formats_of]
    for path in results:
        formats.save(cues, path, VIDEO)
    with Keeper(folder / "film.review") as keeper:
        for one in [*cues, *rejected]:
            keeper.take([clip_of(one)], [[Line(text) for text in one.text.split("\n")]])
        for one, text in read:
            keeper.take([clip_of(one)], [[Line(part) for part in text.split("\n")]])
        keeper.finish(VIDEO, cues, rejected, [(path, path.suffix[1:], None) for path in results], {})
    return folder / "film.review"


def with_errors(folder: Path, **more: Any) -> Path:
    """A film of four cues, two of them misread, and a sign."""
    cues = [
        cue(0, "The harb0ur lights go out at nine.", 0.71, alternative=TRUE[0]),
        cue(1, TRUE[1]),
        cue(2, TRUE[2]),
        cue(3, "Nobody has used this rnad since 1987.", 0.84, alternative=TRUE[3]),
    ]
    return kept(folder, cues, [cue(4, "HARBOUR HOTEL", 0.9, kind="sign", box=Box(10, 20, 200, 60))], **more)


@contextmanager
def served(sidecar: Path, video: Path | None = None) -> Iterator[str]:
    """The page of a review, as the command serves it; the answer is its link."""
    with Sidecar(sidecar) as opened, bound(0) as listening:
        port = listening.getsockname()[1]
        running = server(Reviewing(opened, video).app(), TOKEN, port)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not running.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{port}/?token={TOKEN}"
        finally:
            running.should_exit = True
            thread.join()
