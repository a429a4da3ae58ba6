"""Which settings there are about reading a video, each declared once, with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationInfo,
    model_validator,
)

from subextract.options.sections import Section, in_one_sentence, settings
from subextract.options.values import (
    KEPT,
    Region,
    at_least_one,
    parse_count,
    parse_files,
    parse_kept,
    parse_language,
    parse_languages,
    parse_names,
    parse_region,
    parse_time,
    parse_track,
)


class Asked(NamedTuple):
    """Which vision-language model is asked, where and how: those fields of Options, which also says their defaults."""

    model: str | None
    revision: str | None
    profile: str | dict[str, Any] | None
    device: str
    dtype: str
    min_pixels: int | None
    server_url: str | None
    requests: int
    models: Path | None


class Translating(NamedTuple):
    """Who translates, and how: those fields of Options, which also says their defaults."""

    translate: str | None
    language: str | None
    translator: str
    translator_model: str | None
    translator_url: str | None
    server_url: str | None
    requests: int
    device: str
    dtype: str
    bilingual: str
    context: int
    glossary: Path | None
    about: str
    line_width: int
    reading_speed: float


def _setting(
    default: object,
    description: str,
    *,
    short: str | None = None,
    shapes_cues: bool = True,
    several: bool = False,
    read: bool = False,
) -> Any:
    """One setting; ``default`` is written as a user would write it, ``shapes_cues`` whether other cues come of it,
    ``several`` whether its flag may be given several times, ``read`` whether it names files that are to be read."""
    more: dict[str, Any] = {"short": short, "shapes_cues": shapes_cues, "several": several, "read": read}
    return Field(default, description=description, json_schema_extra=more)


class Options(Section):
    """Everything that can be set about reading a video."""

    output: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None,
        "Write to this file or into this folder instead of beside the video; a name without suffix is a folder.",
        short="o",
        shapes_cues=False,
    )
    format: Annotated[tuple[str, ...], BeforeValidator(parse_names), AfterValidator(at_least_one)] = _setting(
        "srt",
        "What to write: srt, vtt, ass, json, txt, csv, tsv, ttml, fcpxml, or several of them with commas.",
        shapes_cues=False,
    )
    engine: str = _setting(
        "auto", "What reads the text: auto (by the script of each line), or one that 'subextract engines' lists."
    )
    region: Annotated[Region | tuple[Region, ...] | None, PlainValidator(parse_region)] = _setting(
        "auto",
        "Where to look: auto, bottom, top, full, or left,top,right,bottom as shares of the picture from 0 to 1; "
        "several times for several places, each with its language where it is known (top=ja).",
        several=True,
    )
    start: Annotated[int, BeforeValidator(parse_time)] = _setting(
        "0", "Begin at this time of the video: 90, 1:30, 00:01:30.5, 90s or 1500ms."
    )
    end: Annotated[int | None, BeforeValidator(parse_time)] = _setting(None, "Stop at this time of the video.")
    language: Annotated[str | None, AfterValidator(parse_languages)] = _setting(
        None, "The language of the subtitles as a code like en, ja or pt-BR, where it is known; several with commas."
    )
    track: Annotated[str, AfterValidator(parse_track)] = _setting(
        "auto",
        "Which subtitles: auto (a text track, else pictures, else burned-in ones), hard (burned-in ones), all tracks, "
        "or one by its number or language.",
    )
    forced: Literal["both", "only", "skip"] = _setting(
        "both",
        "Which cues of a track: both, only (those that are forced: signs, foreign speech), or skip (all but these).",
    )
    keep: Annotated[tuple[str, ...], BeforeValidator(parse_names), AfterValidator(parse_kept)] = _setting(
        "", "Keep other text, too, marked in JSON and ASS: signs, credits, static (logos, clocks), several with commas."
    )
    split_languages: bool = _setting(
        False,
        "Split bilingual subtitles into one file per language, like film.zh.srt and film.en.srt.",
        shapes_cues=False,
    )
    join_words: bool = _setting(
        False, "Make lines of captions that show word by word, with the times of their words in JSON, ASS and WebVTT."
    )
    replace: Annotated[tuple[Path, ...], BeforeValidator(parse_files)] = _setting(
        (),
        "A text file of what is always read wrong, a line each: wrong = right, or /regular expression/ = text; several "
        "times for several files.",
        shapes_cues=False,
        several=True,
        read=True,
    )
    ignore: Annotated[tuple[Path, ...], BeforeValidator(parse_files)] = _setting(
        (),
        "A text file of texts that are never wanted, a line each, or /regular expression/ for lines that hold it; "
        "several times for several files.",
        shapes_cues=False,
        several=True,
        read=True,
    )
    speaker_dashes: bool = _setting(
        False,
        "Put each speaker of a cue behind a dash, on a line of its own, where a text track's colours or places tell.",
    )
    position_tags: bool = _setting(
        False,
        "Say in SRT where a subtitle stands that is not at the bottom centre, as {\\an8} for the top.",
        shapes_cues=False,
    )
    excel: bool = _setting(
        False,
        "Write CSV and TSV as Excel reads them: with a byte order mark, and no text that it takes for a formula.",
        shapes_cues=False,
    )
    model: str | None = _setting(
        None, "The model of the engines hunyuan, server and cascade: a folder, or a name on the hub or the server."
    )
    models: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None,
        "The folder of the models that 'subextract models get' fetches, instead of the user's own.",
        shapes_cues=False,
    )
    revision: str | None = _setting(None, "The revision of a model on the hub; HunyuanOCR's is pinned unless given.")
    profile: str | dict[str, Any] | None = _setting(
        None, "How the model is asked, where its name does not tell: a profile's name, or a table in the file."
    )
    device: str = _setting(
        "auto", "Where a model runs: auto, cpu, cuda, cuda:1, mps; cuda is all GPUs.", shapes_cues=False
    )
    dtype: str = _setting("auto", "With which numbers a model computes: auto, fp32, bf16, fp16, int8.")
    min_pixels: Annotated[int | None, Field(gt=0)] = _setting(
        None, "Enlarge the picture of a line to this many pixels, where the model's authors say otherwise."
    )
    server_url: str | None = _setting(
        None, "Where the server of --engine server listens, like http://localhost:8000/v1.", shapes_cues=False
    )
    requests: Annotated[int, Field(gt=0)] = _setting(
        "16", "How many lines a server is asked for at a time.", shapes_cues=False
    )
    translate: Annotated[str | None, AfterValidator(parse_language)] = _setting(
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
        None,
        "A text file that says how terms are translated, a line each: term = translation.",
        shapes_cues=False,
        read=True,
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
    jobs: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "1", "Work on so many videos at once; 0 is as many as suit the cores.", short="j", shapes_cues=False
    )
    processes: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "1",
        "Number of processes that scan one long video in parallel; 0 means one per two cores, at most 4.",
        shapes_cues=False,
    )
    threads: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "0", "Cores that one video may keep busy; 0 is all of them, shared by the videos at work.", shapes_cues=False
    )
    mux: bool = _setting(
        False,
        "Write a copy of the video, too, which has the subtitles as a track: film.muxed.mkv, or .mp4 of an MP4.",
        shapes_cues=False,
    )
    review: bool = _setting(
        False,
        "Keep the pictures of all texts in film.review, the rejected ones' too, for 'subextract review film.mp4'.",
        shapes_cues=False,
    )
    overwrite: bool = _setting(
        False, "Start over and replace what an earlier run wrote, finished or not.", shapes_cues=False
    )
    resume: bool = _setting(
        True, "Keep a .resume file while working, and go on from one that a stopped run left.", shapes_cues=False
    )

    @property
    def regions(self) -> tuple[Region, ...]:
        """Where to look; none for everywhere."""
        if self.region is None:
            return ()
        return (self.region,) if isinstance(self.region, Region) else self.region

    @property
    def one_language(self) -> str | None:
        """The language that all is in, where one was named and no second one."""
        return None if self.language is None or "," in self.language else self.language

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
        named = {name: getattr(self, name) for name in Translating._fields}
        return Translating(**named | {"language": self.one_language})

    @model_validator(mode="after")
    def _one_kind_of_result(self) -> Options:
        if self.translate and self.split_languages:
            raise ValueError("--translate and --split-languages exclude each other; leave one out")
        return self

    @model_validator(mode="after")
    def _lines_can_be_seen(self) -> Options:
        if self.translate and self.translator == "vlm" and self.join_words:
            raise ValueError(
                "--translator vlm looks at one picture of each cue, and none shows a whole line of --join-words; "
                "choose --translator server or local"
            )
        return self

    @model_validator(mode="after")
    def _one_copy(self) -> Options:
        if self.mux and self.track == "all":
            raise ValueError("--mux and --track all exclude each other; name the track that the copy is to have")
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

    @property
    def writing(self) -> dict[str, Any]:
        """How files are written, for the details that formats are given."""
        return {"position_tags": self.position_tags, "excel": self.excel}

    def fingerprint(self) -> dict[str, Any]:
        """The settings that decide which cues are found, as JSON values: only runs that agree in them can be joined."""
        shaping = self.model_dump(include={setting.name for setting in SETTINGS if setting.shapes_cues})
        return {name: _as_json(value) for name, value in shaping.items()}


def _as_json(value: object) -> object:
    return [_as_json(part) for part in value] if isinstance(value, tuple) else value


SETTINGS = settings(Options)
