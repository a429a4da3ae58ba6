"""Which settings there are: each is declared once; flags, environment, TOML file and help follow from that."""

from __future__ import annotations

import difflib
import logging
import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from subextract.errors import UsageError
from subextract.types import Box

log = logging.getLogger(__name__)

PREFIX = "SUBEXTRACT_"
TABLES = ("watch", "folders")  # of a TOML file; what stands outside of them is about reading a video

Chosen = TypeVar("Chosen", bound="Section")

_TIME = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)(?P<unit>ms|s)?")
_CLOCK = re.compile(r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d{1,2}(?:[.,]\d+)?)")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


class Region(NamedTuple):
    """A part of the picture; each side is a share of its width or height, from 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    def box(self, width: int, height: int) -> Box:
        """The same part in a picture of ``width`` by ``height`` pixels; a pixel that is touched belongs to it."""
        return Box(
            math.floor(self.left * width),
            math.floor(self.top * height),
            math.ceil(self.right * width),
            math.ceil(self.bottom * height),
        )


class Asked(NamedTuple):
    """Which vision-language model is asked, where and how; the fields are those of Options."""

    model: str | None = None
    revision: str | None = None
    profile: str | dict[str, Any] | None = None
    device: str = "auto"
    dtype: str = "auto"
    least_pixels: int | None = None
    server_url: str | None = None
    requests: int = 16


class Translating(NamedTuple):
    """Who translates, and how; the fields are those of Options."""

    translate: str | None = None
    language: str | None = None
    translator: str = "server"
    translator_model: str | None = None
    translator_url: str | None = None
    server_url: str | None = None
    requests: int = 16
    device: str = "auto"
    dtype: str = "auto"
    bilingual: str = "no"
    context: int = 3
    glossary: Path | None = None
    about: str = ""
    line_width: int = 42
    reading_speed: float = 20.0


REGIONS: dict[str, Region | None] = {
    "auto": None,
    # 0.4 of the height: two lines of large text above the black bar of a wide film start higher than the lower third.
    "bottom": Region(0, 0.6, 1, 1),
    "top": Region(0, 0, 1, 0.4),
    "full": Region(0, 0, 1, 1),
}


TRACKS = ("auto", "hard", "all")


def parse_time(value: object) -> int | None:
    """Milliseconds of ``90`` (seconds), ``90s``, ``1500ms``, ``1:30`` or ``00:01:30.5``; an int is milliseconds."""
    if value is None:
        return None
    milliseconds = _milliseconds(value.strip()) if isinstance(value, str) else value
    if type(milliseconds) is not int or milliseconds < 0:
        raise ValueError(f"{value!r} is not a time; write it like 90, 1:30, 00:01:30.5, 90s or 1500ms")
    return milliseconds


def _milliseconds(text: str) -> int | None:
    if plain := _TIME.fullmatch(text):
        number = Decimal(plain["number"].replace(",", "."))
        return round(number if plain["unit"] == "ms" else number * 1000)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes = int(clock["hours"] or 0), int(clock["minutes"])
        seconds = Decimal(clock["seconds"].replace(",", "."))
        if seconds < 60 and (minutes < 60 or clock["hours"] is None):
            return round((hours * 3600 + minutes * 60 + seconds) * 1000)
    return None


def clock(milliseconds: int) -> str:
    """A time as people read it: ``0:01:30``."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def parse_region(value: object) -> Region | None:
    """A named region or four shares ``left,top,right,bottom``; None is ``auto``: the zones are found per video."""
    if value is None or (isinstance(value, str) and value.strip() in REGIONS):
        return REGIONS[value.strip()] if value else None
    sides = _sides(value.split(",") if isinstance(value, str) else value)
    if sides is None:
        names = ", ".join(REGIONS)
        raise ValueError(
            f"{value!r} is not a region; write {names}, or left,top,right,bottom as shares of the picture "
            "from 0 to 1, like 0,0.75,1,1"
        )
    return sides


def _sides(values: object) -> Region | None:
    if not isinstance(values, Sequence) or len(values) != 4:
        return None
    try:
        left, top, right, bottom = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    fits = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    return Region(left, top, right, bottom) if fits else None


def _names(value: object) -> object:
    """``"srt, vtt"`` as a tuple; a name given twice counts once."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        return names
    return tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))


def _at_least_one(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("at least one format is needed, like srt or srt,vtt")
    return names


KEPT = {"signs": "sign", "credits": "credits", "static": "static"}
"""What can be kept besides subtitles, and the kind that its cues have (Cue.kind)."""


def _kept(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in KEPT]
    if unknown:
        raise ValueError(f"{unknown[0]!r} cannot be kept; choose from {', '.join(KEPT)}, several with commas")
    return names


def _count(value: object) -> object:
    """A whole number of things, from 0 on."""
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
    if type(number) is not int or number < 0:
        raise ValueError(f"{value!r} is not a number of them; write 1, 2, 3 ..., or 0 for what suits the machine")
    return number


def _language(code: str | None) -> str | None:
    if code is None:
        return None
    tag = code.strip().replace("_", "-")
    if not LANGUAGE.fullmatch(tag):
        raise ValueError(f"{code!r} is not a language code; write it like en, ja, pt-BR or zh-Hant")
    first, *rest = tag.split("-")
    # The case that BCP 47 (RFC 5646, 2.1.1) recommends: four letters are a script, two a country.
    return "-".join([first.lower(), *(_CASE.get(len(part), str.lower)(part) for part in rest)])


_CASE = {2: str.upper, 4: str.title}


def _track(wanted: str) -> str:
    name = wanted.strip()
    if name in TRACKS or name.isdecimal():
        return name
    try:
        return _language(name) or name
    except ValueError:
        known = ", ".join(TRACKS)
        raise ValueError(f"{wanted!r} is no track; write {known}, a number, or a language like en") from None


def _setting(default: object, description: str, *, short: str | None = None, shapes_cues: bool = True) -> Any:
    """One setting; ``default`` is written as a user would write it, ``shapes_cues`` whether other cues come of it."""
    return Field(default, description=description, json_schema_extra={"short": short, "shapes_cues": shapes_cues})


class Section(BaseModel):
    """Settings that belong together. Text is read as on the command line; what does not fit raises UsageError.

    ``prefix`` begins the names of its environment variables, ``table`` is where a TOML file has it (None: at the top).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    prefix: ClassVar[str] = PREFIX
    table: ClassVar[str | None] = None


def in_one_sentence(
    section: type[Chosen], values: Any, handler: ModelWrapValidatorHandler[Chosen], info: ValidationInfo
) -> Chosen:
    """What a section's last validator does: say what is wrong as a UsageError."""
    try:
        return handler(values)
    except ValidationError as error:
        raise UsageError(_sentence(section, error, info.context or {})) from error


class Options(Section):
    """Everything that can be set about reading a video."""

    output: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None,
        "Write to this file or into this folder instead of beside the video; a name without suffix is a folder.",
        short="o",
        shapes_cues=False,
    )
    format: Annotated[tuple[str, ...], BeforeValidator(_names), AfterValidator(_at_least_one)] = _setting(
        "srt", "What to write: srt, vtt, ass, json, txt, or several of them with commas.", shapes_cues=False
    )
    engine: str = _setting("rapidocr", "What reads the text; 'subextract engines' lists them.")
    region: Annotated[Region | None, PlainValidator(parse_region)] = _setting(
        "auto",
        "Where to look: auto, bottom, top, full, or left,top,right,bottom as shares of the picture from 0 to 1.",
    )
    start: Annotated[int, BeforeValidator(parse_time)] = _setting(
        "0", "Begin at this time of the video: 90, 1:30, 00:01:30.5, 90s or 1500ms."
    )
    end: Annotated[int | None, BeforeValidator(parse_time)] = _setting(None, "Stop at this time of the video.")
    language: Annotated[str | None, AfterValidator(_language)] = _setting(
        None, "The language of the subtitles as a code like en, ja or pt-BR, where it is known."
    )
    track: Annotated[str, AfterValidator(_track)] = _setting(
        "auto",
        "Which subtitles: auto (a text track, else pictures, else burned-in ones), hard (burned-in ones), all tracks, "
        "or one by its number or language.",
    )
    keep: Annotated[tuple[str, ...], BeforeValidator(_names), AfterValidator(_kept)] = _setting(
        "", "Keep other text, too, marked in JSON and ASS: signs, credits, static (logos, clocks), several with commas."
    )
    split_languages: bool = _setting(
        False,
        "Split bilingual subtitles into one file per language, like film.zh.srt and film.en.srt.",
        shapes_cues=False,
    )
    model: str | None = _setting(
        None, "The model of the engines hunyuan, server and cascade: a folder, or a name on the hub or the server."
    )
    revision: str | None = _setting(None, "The revision of a model on the hub; HunyuanOCR's is pinned unless given.")
    profile: str | dict[str, Any] | None = _setting(
        None, "How the model is asked, where its name does not tell: a profile's name, or a table in the file."
    )
    device: str = _setting(
        "auto", "Where a model runs: auto, cpu, cuda, cuda:1, mps; cuda is all GPUs.", shapes_cues=False
    )
    dtype: str = _setting("auto", "With which numbers a model computes: auto, fp32, bf16, fp16, int8.")
    least_pixels: Annotated[int | None, Field(gt=0)] = _setting(
        None, "Enlarge the picture of a line to this many pixels, where the model's authors say otherwise."
    )
    server_url: str | None = _setting(
        None, "Where the server of --engine server listens, like http://localhost:8000/v1.", shapes_cues=False
    )
    requests: Annotated[int, Field(gt=0)] = _setting(
        "16", "How many lines a server is asked for at a time.", shapes_cues=False
    )
    translate: Annotated[str | None, AfterValidator(_language)] = _setting(
        None, "Translate into this language, a code like en, de or zh-Hant; film.en.srt is written.", shapes_cues=False
    )
    translator: Literal["server", "local", "vlm"] = _setting(
        "server",
        "What translates: server (a chat model, --translator-url), local (a text model in this process), or vlm (the "
        "model of --engine, from the picture).",
        shapes_cues=False,
    )
    translator_model: str | None = _setting(
        None, "The translator's model: its name on the server, or a folder or name on the hub.", shapes_cues=False
    )
    translator_url: str | None = _setting(
        None, "Where the translator's server listens; that of --server-url unless given.", shapes_cues=False
    )
    bilingual: Literal["no", "above", "below"] = _setting(
        "no", "Keep the original text with the translation, which stands above or below it.", shapes_cues=False
    )
    keep_original: bool = _setting(False, "Write the untranslated subtitles, too, as film.srt.", shapes_cues=False)
    context: Annotated[int, Field(ge=0)] = _setting(
        "3", "How many lines before and after a line the translator is shown with it.", shapes_cues=False
    )
    glossary: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None, "A text file that says how terms are translated, a line each: term = translation.", shapes_cues=False
    )
    about: str = _setting(
        "", "What the translator should know of the film: title, summary, who speaks.", shapes_cues=False
    )
    line_width: Annotated[int, Field(ge=10)] = _setting(
        "42",
        "Break translated lines at this width in letters; Chinese, Japanese and Korean ones count twice.",
        shapes_cues=False,
    )
    reading_speed: Annotated[float, Field(gt=0)] = _setting(
        "20",
        "How many letters a second a viewer can read; translations that are longer are asked for again.",
        shapes_cues=False,
    )
    hwaccel: Annotated[str, AfterValidator(str.lower)] = _setting(
        "none",
        "Decode on a device: none, auto, or its name, like cuda, vaapi, videotoolbox or d3d11va.",
        shapes_cues=False,
    )
    jobs: Annotated[int, BeforeValidator(_count)] = _setting(
        "1", "Work on so many videos at once; 0 is as many as suit the cores.", short="j", shapes_cues=False
    )
    threads: Annotated[int, BeforeValidator(_count)] = _setting(
        "0", "Cores that one video may keep busy; 0 is all of them, shared by the videos at work.", shapes_cues=False
    )
    overwrite: bool = _setting(
        False, "Start over and replace what an earlier run wrote, finished or not.", shapes_cues=False
    )
    resume: bool = _setting(
        True, "Keep a .resume file while working, and go on from one that a stopped run left.", shapes_cues=False
    )

    @property
    def kept_kinds(self) -> frozenset[str]:
        """The kinds of cues (Cue.kind) besides subtitles that are wanted."""
        return frozenset(KEPT[name] for name in self.keep)

    @property
    def asked(self) -> Asked:
        """What concerns engines with a vision-language model."""
        return Asked(**{name: getattr(self, name) for name in Asked._fields})

    @property
    def translating(self) -> Translating:
        """What concerns the translation."""
        return Translating(**{name: getattr(self, name) for name in Translating._fields})

    @model_validator(mode="after")
    def _one_kind_of_result(self) -> Options:
        if self.translate and self.split_languages:
            raise ValueError("--translate and --split-languages exclude each other; leave one out")
        return self

    @model_validator(mode="after")
    def _ends_after_start(self) -> Options:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"the end ({self.end / 1000:g} s) must come after the start ({self.start / 1000:g} s)")
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)

    def fingerprint(self) -> dict[str, Any]:
        """The settings that decide which cues are found, as JSON values: only runs that agree in them can be joined."""
        shaping = self.model_dump(include={setting.name for setting in SETTINGS if setting.shapes_cues})
        return {name: list(value) if isinstance(value, tuple) else value for name, value in shaping.items()}


class Setting(NamedTuple):
    """What flags, environment and help need to know of one field of a Section."""

    name: str
    description: str
    default: object
    short: str | None = None
    shapes_cues: bool = False

    @property
    def is_switch(self) -> bool:
        return isinstance(self.default, bool)

    @property
    def flag(self) -> str:
        return _flag(self.name)


def settings(section: type[Section]) -> tuple[Setting, ...]:
    """The settings of a section, in the order in which it declares them."""
    found = []
    for name, field in section.model_fields.items():
        more = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        found.append(Setting(name, field.description or "", field.default, **more))  # type: ignore[arg-type]
    return tuple(found)


SETTINGS = settings(Options)


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
    values: dict[str, object] = {}
    labels: dict[str, str] = {}
    sources: list[tuple[Mapping[str, object], Callable[[str], str]]] = [
        (_from_file(section, config, folder) if config else {}, lambda name: f"{name} in {config}"),
        (_from_environment(section, environment or {}), lambda name: f"{section.prefix}{name.upper()}"),
        (flags, _flag),
    ]
    for source, written in sources:
        values.update(source)
        labels.update({name: written(name) for name in source})
    return section.model_validate(values, context=labels)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _from_file(section: type[Section], config: Path, folder: str | None) -> dict[str, object]:
    try:
        with config.open("rb") as file:
            found = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"--config: {config} cannot be read ({error.strerror}); name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--config: {config} is not valid TOML ({error}); correct it there.") from error
    written = _table(section, found, config) | (_of_folder(found, folder, config) if folder else {})
    values = {name.replace("-", "_"): _as_written(value) for name, value in written.items()}
    for name in values:
        if name not in section.model_fields:
            raise UsageError(f"{config}: {_unknown(section, name)}.")
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
    """What a file says of one folder: the table ``[folders."/films/zh"]``."""
    tables = found.get("folders", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise UsageError(f"{config}: 'folders' has a table for each; write [folders.'/films'], its settings below it.")
    return {
        name: value for path, table in tables.items() if Path(path) == Path(folder) for name, value in table.items()
    }


def _as_written(value: object) -> object:
    """A TOML value as the command line would have it, so that ``start = 90`` means what ``--start 90`` means."""
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    return value if isinstance(value, bool | dict) else str(value)


def _from_environment(section: type[Section], environment: Mapping[str, str]) -> dict[str, object]:
    others = tuple(f"{PREFIX}{table.upper()}_" for table in TABLES if table != section.table)
    for variable in environment:
        name = variable.removeprefix(section.prefix).lower()
        mine = variable.startswith(section.prefix) and not variable.startswith(others)
        if mine and name not in section.model_fields:
            log.warning("%s is ignored: %s.", variable, _unknown(section, name))
    return {name: value for name in section.model_fields if (value := environment.get(section.prefix + name.upper()))}


def _unknown(section: type[Section], name: str) -> str:
    close = difflib.get_close_matches(name, section.model_fields, n=1)
    hint = f"perhaps {close[0]!r} is meant" if close else f"the settings are {', '.join(section.model_fields)}"
    return f"there is no setting {name!r}; {hint}"


def _sentence(section: type[Section], error: ValidationError, labels: Mapping[str, str]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"{_unknown(section, name)}."
    reason = str(first.get("ctx", {}).get("error") or f"{first['input']!r}: {first['msg']}")
    return f"{labels.get(name, name)}: {reason}." if name else f"{reason}."
