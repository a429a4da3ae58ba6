"""Which long films speed is measured on: ``python -m benchmarks.films OUT_DIR [NAME...]``.

One minute is painted like the other clips, encoded as films are (x264 or x265 at its preset, a bit rate, group and
reference structure of its own), and put behind itself as often as the film is long, without encoding it again. OUT_DIR
gets NAME.mp4 and NAME.gt.srt.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2

from benchmarks.clips.files import subrip, times_in_file
from benchmarks.clips.film import video_frames
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import truth
from benchmarks.clips.studio import studio

RATE = Fraction(24)
EVERY = 4.0  # s from one cue to the next
SHOWN = 2.8  # s of them it is up


@dataclass(frozen=True, slots=True)
class Film:
    """A film of so many minutes; ``seconds`` of it are painted, ``bits`` is the rate in Mbit/s."""

    size: tuple[int, int]
    minutes: float
    seconds: int = 60
    cues: bool = True
    codec: str = "libx264"
    pixels: str = "yuv420p"
    bits: float = 6.0
    preset: str = "medium"


FULL_HD, HD, UHD = (1920, 1080), (1280, 720), (3840, 2160)
FILMS = {
    "film_1080p": Film(FULL_HD, 10),
    "film_720p": Film(HD, 10, bits=3.5),
    "film_4k": Film(UHD, 2, seconds=20, codec="libx265", pixels="yuv420p10le", bits=18.0, preset="superfast"),
    "film_silent": Film(HD, 120, cues=False, bits=3.5),
    "film_5min": Film(HD, 5, bits=3.5),
    "film_20min": Film(HD, 20, bits=3.5),
    "film_80min": Film(HD, 80, bits=3.5),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.films", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FILMS)}")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.names or FILMS:
        make(FILMS[name], options.folder, name)
        print(name, flush=True)
    return 0


def make(film: Film, folder: Path, name: str) -> None:
    """Write NAME.mp4 and NAME.gt.srt."""
    recipe, path = painted(film), folder / f"{name}.mp4"
    reel = folder / f"reel-{film.size[1]}{'' if film.cues else '-silent'}-{film.seconds}.mp4"
    if not reel.exists():
        part = reel.with_suffix(".part.mp4")
        encode(film, recipe, part)
        part.rename(reel)
    repeated(reel, path, round(film.minutes * 60 / film.seconds))
    times = times_in_file(reel)
    once = truth(recipe.showings, [*times, 2 * times[-1] - times[-2]])
    length = film.seconds * 1000
    rounds = range(round(film.minutes * 60 / film.seconds))
    cues = [(start + length * n, end + length * n, text) for n in rounds for start, end, text in once]
    (folder / f"{name}.gt.srt").write_text(subrip(cues), encoding="utf-8")


def painted(film: Film) -> Recipe:
    """The recipe of the part that is painted; the same pictures whatever the size."""
    room = replace(studio("film", "shown", 1), size=film.size, rate=RATE)
    frames = room.frames(film.seconds)
    starts = [room.frames(0.8 + EVERY * number) for number in range(int(film.seconds / EVERY))]
    spans = [(start, start + room.frames(SHOWN)) for start in starts]
    showings = room.subtitles(room.lines(len(spans)), room.look(scale=0.8), None, spans) if film.cues else []
    return room.recipe(showings, frames=frames, scenes=room.scenes(frames))


def encode(film: Film, recipe: Recipe, path: Path) -> None:
    options = {"preset": film.preset}
    options |= {"x265-params": "log-level=none"} if film.codec == "libx265" else {}
    with av.open(str(path), "w") as container:
        stream = cast(av.VideoStream, container.add_stream(film.codec, rate=RATE, options=options))
        stream.width, stream.height = film.size
        stream.pix_fmt, stream.bit_rate = film.pixels, round(film.bits * 1e6)
        stream.codec_context.time_base = 1 / RATE
        for number, frame in enumerate(video_frames(recipe)):
            frame.pts, frame.time_base = number, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def repeated(reel: Path, path: Path, times: int) -> None:
    """The reel that many times over, packet by packet."""
    with av.open(str(path), "w") as target:
        with av.open(str(reel)) as source:
            written = target.add_stream_from_template(source.streams.video[0])
        shift = 0
        for _ in range(times):
            with av.open(str(reel)) as source:
                stream = source.streams.video[0]
                assert stream.time_base is not None
                length = round(stream.frames / RATE / stream.time_base)
                for packet in source.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, written
                    target.mux(packet)
            shift += length


if __name__ == "__main__":
    cv2.setNumThreads(2)
    raise SystemExit(main())
