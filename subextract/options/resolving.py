"""From where the values of settings come: flags, the environment, a TOML file, and which of them wins."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from subextract.errors import UsageError
from subextract.options.declared import Options
from subextract.options.sections import PREFIX, Chosen, Section, flag, settings, unknown

log = logging.getLogger(__name__)

# Of a TOML file; what stands outside of them is about reading a video.
TABLES = ("watch", "folders", "page", "serve", "cluster")


def resolve(
    flags: Mapping[str, object],
    environment: Mapping[str, str] | None = None,
    config: Path | None = None,
    folder: str | None = None,
) -> Options:
    """One Options from all sources: a flag wins over the environment, that over the file, that over the default.

    ``flags`` holds only what was given on the command line, ``environment`` the variables of the process, ``config``
    the path of a TOML file. What this says of ``folder`` in a table of [folders] wins over what it says of all. Raises
    UsageError with one sentence that names the source of a value that does not fit.
    """
    return resolve_section(Options, flags, environment, config, folder)


def resolve_section(
    section: type[Chosen],
    flags: Mapping[str, object],
    environment: Mapping[str, str] | None = None,
    config: Path | None = None,
    folder: str | None = None,
) -> Chosen:
    """The same for any section."""
    values, labels = _collected(section, flags, environment, config, folder)
    return section.model_validate(values, context=labels)


def overlaid(base: Chosen, said: Mapping[str, object]) -> Chosen:
    """``base`` with what a table says besides, written as in a TOML file; UsageError as above."""
    section = type(base)
    known = {setting.name: setting for setting in settings(section)}
    values: dict[str, object] = {}
    for name, value in ((name.replace("-", "_"), value) for name, value in said.items()):
        if name not in known:
            raise UsageError(f"{unknown(section, name)}.")
        if value is None:
            raise UsageError(f"{name}: there is no value; give one, or leave the setting out.")
        values[name] = _as_written(value, known[name].several)
    return section.model_validate(base.model_dump(exclude_defaults=True) | values)


def written(
    flags: Mapping[str, object],
    environment: Mapping[str, str] | None = None,
    config: Path | None = None,
    folder: str | None = None,
) -> dict[str, str]:
    """How each setting that ``resolve`` finds was written by the user: ``--replace``, or ``replace in my.toml``."""
    return _collected(Options, flags, environment, config, folder)[1]


def _collected(
    section: type[Section],
    flags: Mapping[str, object],
    environment: Mapping[str, str] | None,
    config: Path | None,
    folder: str | None,
) -> tuple[dict[str, object], dict[str, str]]:
    """The value of each setting from the source that wins, and how it is written there."""
    values: dict[str, object] = {}
    labels: dict[str, str] = {}
    sources: list[tuple[Mapping[str, object], Callable[[str], str]]] = [
        (_from_file(section, config, folder) if config else {}, lambda name: f"{name} in {config}"),
        (_from_environment(section, environment or {}), lambda name: f"{section.prefix}{name.upper()}"),
        (flags, flag),
    ]
    for source, label in sources:
        values.update(source)
        labels.update({name: label(name) for name in source})
    return values, labels


def _from_file(section: type[Section], config: Path, folder: str | None) -> dict[str, object]:
    try:
        with config.open("rb") as file:
            found = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"--config: {config} cannot be read ({error.strerror}); name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--config: {config} is not valid TOML ({error}); correct it there.") from error
    said = _table(section, found, config) | (_of_folder(found, folder, config) if folder else {})
    known = {setting.name: setting for setting in settings(section)}
    values: dict[str, object] = {}
    for name, value in ((name.replace("-", "_"), value) for name, value in said.items()):
        if name not in known:
            raise UsageError(f"{config}: {unknown(section, name)}.")
        values[name] = _beside(config, value) if known[name].read else _as_written(value, known[name].several)
    return values


def _table(section: type[Section], found: dict[str, Any], config: Path) -> dict[str, Any]:
    """The part of a file that is about this section."""
    if section.table is None:
        return {name: value for name, value in found.items() if name not in TABLES}
    values = found.get(section.table, {})
    if not isinstance(values, dict):
        raise UsageError(f"{config}: {section.table!r} is a table; write [{section.table}] and its settings below it.")
    return values


def _of_folder(found: dict[str, Any], folder: str, config: Path) -> dict[str, Any]:
    """The settings that a file has for one folder: the table ``[folders."/films/zh"]``."""
    tables = found.get("folders", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise UsageError(f"{config}: 'folders' has a table for each; write [folders.'/films'], its settings below it.")
    return {
        name: value for path, table in tables.items() if Path(path) == Path(folder) for name, value in table.items()
    }


def _beside(config: Path, value: object) -> object:
    """The files that a TOML file names, which count from its folder; what is none is left to be refused."""
    if isinstance(value, list):
        return [_beside(config, part) for part in value]
    return config.parent / Path(value).expanduser() if isinstance(value, str) else value


def _as_written(value: object, several: bool) -> object:
    """A TOML value as the command line would have it, so that ``start = 90`` means what ``--start 90`` means."""
    if isinstance(value, list):
        if several:
            return value
        return ",".join(str(part) for part in value)
    return value if isinstance(value, bool | dict) else str(value)


def _from_environment(section: type[Section], environment: Mapping[str, str]) -> dict[str, object]:
    others = tuple(f"{PREFIX}{table.upper()}_" for table in TABLES if table != section.table)
    for variable in environment:
        name = variable.removeprefix(section.prefix).lower()
        mine = variable.startswith(section.prefix) and not variable.startswith(others)
        if mine and name not in section.model_fields:
            log.warning("%s is ignored: %s.", variable, unknown(section, name))
    return {name: value for name in section.model_fields if (value := environment.get(section.prefix + name.upper()))}
