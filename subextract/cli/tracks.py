"""Which subtitle tracks a file has, shown on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from subextract.cli.flags import Json, Verbose
from subextract.cli.messages import configure_logging, say
from subextract.cli.tables import print_json, print_table, track_row

if TYPE_CHECKING:
    from subextract.soft import Tally


def tracks(
    video: Annotated[str, Parameter(help="A video, or a file of subtitles alone.")],
    /,
    *,
    json: Json = False,
    verbose: Verbose = 0,
) -> None:
    """Show the subtitle tracks of a file, and how many cues each has."""
    configure_logging(verbose, quiet=False)
    found = _tallies(video)
    if json:
        print_json([asdict(one.track) | {"cues": one.cues, "forced_cues": one.forced} for one in found])
    elif not found:
        say(f"{video} has no subtitle tracks; subextract {video} reads what is burned in.")
    else:
        header = ["track", "kind", "codec", "language", "title", "marks", "cues"]
        print_table(header, map(_row, found))


def _tallies(path: str) -> Sequence[Tally]:
    from subextract.soft import tallies

    return tallies(path)


def _row(one: Tally) -> tuple[str, ...]:
    if one.cues is None:
        return *track_row(one.track), "cannot be decoded here"
    return *track_row(one.track), f"{one.cues}, {one.forced} forced" if one.forced else str(one.cues)
