"""A section of settings, and the answer to a value that does not fit it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, ValidationInfo
from pydantic.fields import FieldInfo

from subextract.errors import UsageError

PREFIX = "SUBEXTRACT_"
METAVARS = {Path: "PATH", int: "N", float: "NUMBER"}  # by type, where none is annotated

Chosen = TypeVar("Chosen", bound="Section")


class Metavar(NamedTuple):
    """An annotation of a setting: the placeholder of its value in the help."""

    word: str


Seconds = Annotated[float, Metavar("SECONDS")]
MiB = Annotated[int, Metavar("MIB")]


class Section(BaseModel):
    """Settings that belong together. Text is read as on the command line; what does not fit raises UsageError.

    ``prefix`` begins the names of its environment variables, ``table`` is where a TOML file has it (None: at the top).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)

    prefix: ClassVar[str] = PREFIX
    table: ClassVar[str | None] = None


def in_one_sentence(
    section: type[Chosen], values: Any, handler: ModelWrapValidatorHandler[Chosen], info: ValidationInfo
) -> Chosen:
    """The last validator of a section: says what is wrong as a UsageError."""
    try:
        return handler(values)
    except ValidationError as error:
        raise UsageError(_sentence(section, error, info.context or {})) from error


class Setting(NamedTuple):
    """The facts about one field of a Section that flags, environment and help need."""

    name: str
    description: str
    default: object
    short: str | None = None
    shapes_cues: bool = False
    several: bool = False
    read: bool = False
    """Whether it names files that are to be read."""
    metavar: str | None = None
    """The placeholder of its value in the help; None where nothing better is known than that it is a text."""

    @property
    def is_switch(self) -> bool:
        return isinstance(self.default, bool)

    @property
    def flag(self) -> str:
        return flag(self.name)


def settings(section: type[Section]) -> tuple[Setting, ...]:
    """The settings of a section, in the order in which it declares them."""
    found = []
    for name, field in section.model_fields.items():
        more = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        setting = Setting(name, field.description or "", field.default, **more)  # type: ignore[arg-type]
        found.append(setting._replace(metavar=_metavar(field)))
    return tuple(found)


def _metavar(field: FieldInfo) -> str | None:
    """The placeholder of a value: as it is annotated, else by its type."""
    annotated = [each.word for each in field.metadata if isinstance(each, Metavar)]
    kinds = {field.annotation, *get_args(field.annotation)}
    return next(iter(annotated + [word for kind, word in METAVARS.items() if kind in kinds]), None)


def flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def unknown(section: type[Section], name: str) -> str:
    close = difflib.get_close_matches(name, section.model_fields, n=1)
    hint = f"perhaps {close[0]!r} is meant" if close else f"the settings are {', '.join(section.model_fields)}"
    return f"there is no setting {name!r}; {hint}"


def _sentence(section: type[Section], error: ValidationError, labels: Mapping[str, str]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"{unknown(section, name)}."
    reason = _reason(first["type"], first["input"], first.get("ctx", {})) or f"{first['input']!r}: {first['msg']}"
    return f"{labels.get(name, name)}: {reason}." if name else f"{reason}."


def _reason(kind: str, value: object, more: Mapping[str, Any]) -> str | None:
    """Why a value does not fit, by what pydantic calls that; None for what has no words of our own."""
    words = {
        "int_parsing": "is no whole number",
        "int_from_float": "is no whole number",
        "float_parsing": "is no number",
        "finite_number": "is no number",
        "bool_parsing": "is neither true nor false",
        "greater_than_equal": f"is too small; {more.get('ge')} is the least",
        "less_than_equal": f"is too large; {more.get('le')} is the most",
        "greater_than": f"is too small; it must be more than {more.get('gt')}",
        "less_than": f"is too large; it must be less than {more.get('lt')}",
        "literal_error": f"is not known; choose {more.get('expected')}",
    }
    if error := more.get("error"):
        return str(error)
    return f"{value!r} {words[kind]}" if kind in words else None
