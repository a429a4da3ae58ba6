"""Shows on a terminal what a video holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from subextract.cli.flags import Json, Verbose
from subextract.cli.messages import configure_logging
from subextract.cli.tables import facts, print_json, print_table, track_row


def probe(video: Annotated[str, Parameter(help="A video.")], /, *, json: Json = False, verbose: Verbose = 0) -> None:
    """Show what a video holds: size, duration, frame rate, subtitle tracks."""
    configure_logging(verbose, quiet=False)
    from subextract.media import probe as probed  # not at the top: --help comes through here

    found = probed(video)
    if json:
        print_json(asdict(found))
        return
    print_table([], facts(found))
    if found.tracks:
        print_table(["track", "kind", "codec", "language", "title", "marks"], map(track_row, found.tracks))
