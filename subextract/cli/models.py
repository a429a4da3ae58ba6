"""How models for further scripts are listed and fetched from a terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from subextract.cli.flags import Config, Json, Quiet
from subextract.cli.messages import say
from subextract.cli.tables import print_json, print_table
from subextract.options import resolve

_Folder = Annotated[
    Path | None, Parameter(name="--models", help="Folder of the models, instead of the user's data folder.")
]

models = App(name="models", help="List and download models for scripts that the bundled models cannot read.")


@models.default
@models.command(name="list")
def list_models(*, json: Json = False, folder: _Folder = None, config: Config = None) -> None:
    """List the models, what they read, and which of them are here."""
    from subextract.ocr.choosing import script_name
    from subextract.ocr.rapid.recognisers import place, table

    where = _chosen(folder, config)
    rows = [(one, place(one.name, where)) for one in table().values()]
    if json:
        print_json([one._asdict() | {"path": str(path) if path.is_file() else None} for one, path in rows])
        return
    shown = [(one.name, script_name(one.script), "here" if path.is_file() else "not here") for one, path in rows]
    print_table(["model", "reads", "state"], shown)


@models.command
def get(
    *names: Annotated[str, Parameter(help="Names of models, as listed.")],
    mirror: Annotated[str | None, Parameter(help="Download from below this address: https, http or file.")] = None,
    folder: _Folder = None,
    config: Config = None,
    quiet: Quiet = False,
) -> None:
    """Fetch models, and check them; from then on they are used."""
    from subextract.cli.progress import counting  # not at the top: it shows, which other commands do not
    from subextract.errors import UsageError
    from subextract.ocr.rapid.fetching import fetch
    from subextract.ocr.rapid.recognisers import named

    if not names:
        raise UsageError("Name a model, as in: subextract models get korean")
    where = _chosen(folder, config)
    for one in [named(name) for name in names]:
        with counting(one.name, quiet) as told:
            path = fetch(one, where, mirror=mirror, on_progress=told)
        if not quiet:
            say(f"{one.name}: {path}")


@models.command(name="path")
def show_path(*, folder: _Folder = None, config: Config = None) -> None:
    """Show the folder of the models."""
    from subextract.ocr.rapid.recognisers import folder as place

    print(place(_chosen(folder, config)))


def _chosen(folder: Path | None, config: Path | None) -> Path | None:
    """The folder that was named: by the flag, the environment or the file of settings."""
    return resolve({"models": folder} if folder else {}, os.environ, config).models
