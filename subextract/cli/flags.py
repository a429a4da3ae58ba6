"""Which flags commands have in common, and how settings become flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, make_dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from subextract.options import Setting

Verbose = Annotated[
    int,
    Parameter(name=("--verbose", "-v"), count=True, show_default=False, help="Log decisions; -vv logs more."),
]
VerboseProcesses = Annotated[
    int,
    Parameter(
        name=("--verbose", "-v"), count=True, show_default=False, help="Also log what the processes of the videos say."
    ),
]
Quiet = Annotated[bool, Parameter(name=("--quiet", "-q"), negative="", show_default=False, help="Print errors only.")]
Json = Annotated[bool, Parameter(negative="", show_default=False, help="Print JSON.")]
Config = Annotated[Path | None, Parameter(help="TOML file with settings, named like these flags.")]


def as_flags(name: str, settings: Iterable[Setting], *, shown: bool = True) -> type:
    """A dataclass with a field for each setting, which becomes a flag; those that are not shown stand in no help."""
    return make_dataclass(name, (_flag(each, shown) for each in settings), namespace={"__module__": __name__})


def _flag(setting: Setting, listed: bool) -> tuple[str, Any, Any]:
    """The flag of a setting. None stands for "not given", because the environment and the file are asked next."""
    names = (setting.flag, *([f"-{setting.short}"] if setting.short else []))
    shown = None if setting.is_switch else setting.default
    more: dict[str, Any] = {"show": listed} | (
        {"negative": ""} if setting.several else {}
    )  # else there would be an --empty-NAME
    showing = (lambda _: shown) if shown else False
    parameter = Parameter(name=names, help=setting.description, show_default=showing, metavar=setting.metavar, **more)
    kind: Any = bool if setting.is_switch else list[str] if setting.several else str
    return setting.name, Annotated[kind | None, parameter], field(default=None)


def given(flags: object) -> dict[str, object]:
    """The flags that were given, by the names of their settings."""
    return {name: value for name, value in vars(flags).items() if value is not None} if flags else {}
