"""Which engines can read text here, shown on a terminal."""

from __future__ import annotations

from subextract.cli.flags import Json, Verbose
from subextract.cli.messages import configure_logging
from subextract.cli.tables import print_json, print_table


def engines(*, json: Json = False, verbose: Verbose = 0) -> None:
    """Show which engines can read text here, and what is missing for the others."""
    configure_logging(verbose, quiet=False)
    from subextract import ocr  # not at the top: --help comes through here

    found = ocr.engines()
    if json:
        print_json([{"name": one.name, "description": one.description, "missing": one.missing} for one in found])
        return
    rows = [(one.name, one.missing or "ready", one.description) for one in found]
    print_table(["engine", "state", "description"], rows)
