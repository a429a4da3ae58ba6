"""How answers are laid out for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from subextract.options import clock
from subextract.types import Track, Video


def print_json(value: object) -> None:
    print(json.dumps(value, indent=1, default=str))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console  # not at the top: --help comes through here, and JSON needs no tables
    from rich.table import Column, Table
    from rich.text import Text

    columns = (Column(name, overflow="fold") for name in header)  # no part of a path is left out
    table = Table(*columns, box=None, show_header=bool(header), pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))  # as Text, brackets in a title are no markup
    Console(soft_wrap=True).print(table)


def facts(video: Video) -> list[tuple[str, str]]:
    rate = "unknown" if video.frame_rate is None else f"{video.frame_rate:.3f}".rstrip("0").rstrip(".")
    facts = {
        "file": video.path,
        "container": video.container,
        "duration": "unknown" if video.duration is None else f"{clock(video.duration)} ({video.duration} ms)",
        "video": f"stream {video.stream}, {video.codec}, {video.pixel_format}",
        "picture": f"{video.width}x{video.height}" + _peculiarities(video),
        "frame rate": f"{rate}, {'variable' if video.variable_rate else 'constant'}",
        "subtitle tracks": str(len(video.tracks) or "none"),
    }
    return list(facts.items())


def _peculiarities(video: Video) -> str:
    found = {
        f"rotated by {video.rotation} degrees": video.rotation != 0,
        f"pixels {video.pixel_aspect:.3f} times as wide as high": video.pixel_aspect != 1,
        "interlaced": video.interlaced,
    }
    return "".join(f", {text}" for text, holds in found.items() if holds)


def track_row(track: Track) -> tuple[str, ...]:
    marks = {"default": track.default, "forced": track.forced, "hearing impaired": track.hearing_impaired}
    shown = ", ".join(mark for mark, holds in marks.items() if holds)
    return str(track.index), track.kind, track.codec, track.language or "", track.title or "", shown
