"""Which settings there are about reading a video, each declared once, with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationInfo,
    model_validator,
)

from subextract.options.sections import Metavar, Section, in_one_sentence, settings
from subextract.options.subsets import TranslationOptions, VlmOptions
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
        "Write to this file or folder instead of beside the video. A name without a suffix means a folder.",
        short="o",
        shapes_cues=False,
    )
    format: Annotated[tuple[str, ...], BeforeValidator(parse_names), AfterValidator(at_least_one)] = _setting(
        "srt",
        "Output format: srt, vtt, ass, json, txt, csv, tsv, ttml or fcpxml. Separate several with commas.",
        shapes_cues=False,
    )
    engine: str = _setting(
        "auto", "OCR engine: auto (chosen by the script of each line), or one that 'subextract engines' lists."
    )
    region: Annotated[Region | tuple[Region, ...] | None, PlainValidator(parse_region)] = _setting(
        "auto",
        "Where to look: auto, bottom, top, full, or left,top,right,bottom as fractions of the picture (0 to 1). Repeat "
        "the flag for several regions. A region can name its language: top=ja.",
        several=True,
    )
    start: Annotated[int, BeforeValidator(parse_time), Metavar("TIME")] = _setting(
        "0", "Start at this time of the video: 90, 1:30, 00:01:30.5, 90s or 1500ms."
    )
    end: Annotated[int | None, BeforeValidator(parse_time), Metavar("TIME")] = _setting(
        None, "Stop at this time of the video."
    )
    language: Annotated[str | None, AfterValidator(parse_languages)] = _setting(
        None, "Language of the subtitles, if known: a code like en, ja or pt-BR. Separate several with commas."
    )
    track: Annotated[str, AfterValidator(parse_track)] = _setting(
        "auto",
        "Which subtitles to take: auto (a text track, else a picture track, else burned-in text), hard (burned-in "
        "text), all (every track), or a track by its number or language.",
    )
    forced: Literal["both", "only", "skip"] = _setting(
        "both",
        "Forced cues of a track (signs, foreign speech): both keeps all cues, only keeps forced ones, skip drops them.",
    )
    keep: Annotated[tuple[str, ...], BeforeValidator(parse_names), AfterValidator(parse_kept)] = _setting(
        "", "Also keep other text, marked in JSON and ASS: signs, credits or static (logos, clocks), with commas."
    )
    split_languages: bool = _setting(
        False,
        "Split bilingual subtitles into one file per language, such as film.zh.srt and film.en.srt.",
        shapes_cues=False,
    )
    join_words: bool = _setting(
        False, "Join captions that appear word by word into lines. JSON, ASS and WebVTT keep the time of each word."
    )
    replace: Annotated[tuple[Path, ...], BeforeValidator(parse_files)] = _setting(
        (),
        "Text file with corrections, one per line: wrong = right, or /regular expression/ = text. Repeat the flag for "
        "several files.",
        shapes_cues=False,
        several=True,
        read=True,
    )
    ignore: Annotated[tuple[Path, ...], BeforeValidator(parse_files)] = _setting(
        (),
        "Text file with unwanted texts, one per line. A /regular expression/ drops each line that contains a match. "
        "Repeat the flag for several files.",
        shapes_cues=False,
        several=True,
        read=True,
    )
    speaker_dashes: bool = _setting(
        False,
        "Start a new line with a dash for each speaker, where a text track marks speakers by colour or position.",
    )
    position_tags: bool = _setting(
        False,
        "Mark the position of subtitles that are not at the bottom centre in SRT, e.g. {\\an8} for the top.",
        shapes_cues=False,
    )
    excel: bool = _setting(
        False,
        "Write CSV and TSV for Excel: with a byte order mark, and with text that looks like a formula escaped.",
        shapes_cues=False,
    )
    decimal_comma: bool = _setting(
        False,
        "Write CSV and TSV for spreadsheets of countries with a decimal comma: 0,93 and 00:00:01,500, and semicolons "
        "between the fields of CSV.",
        shapes_cues=False,
    )
    model: str | None = _setting(
        None, "Model for the engines hunyuan, server and cascade: a folder, or a name on the hub or the server."
    )
    models: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None,
        "Folder for models that 'subextract models get' downloads, instead of the user's data folder.",
        shapes_cues=False,
    )
    revision: str | None = _setting(None, "Revision of the model on the hub. The default for HunyuanOCR is pinned.")
    profile: str | dict[str, Any] | None = _setting(
        None, "Prompt profile of the model, if its name does not imply one: a profile name, or a table in the file."
    )
    device: str = _setting(
        "auto", "Device for the model: auto, cpu, cuda (all GPUs), cuda:1 or mps.", shapes_cues=False
    )
    dtype: str = _setting("auto", "Number format of the model: auto, fp32, bf16, fp16 or int8.")
    min_pixels: Annotated[int | None, Field(gt=0)] = _setting(
        None, "Enlarge the picture of a line to at least this many pixels. Default: as the model's authors advise."
    )
    server_url: str | None = _setting(
        None, "Address of the server for --engine server, such as http://localhost:8000/v1.", shapes_cues=False
    )
    requests: Annotated[int, Field(gt=0)] = _setting(
        "16", "Number of concurrent requests to a server.", shapes_cues=False
    )
    translate: Annotated[str | None, AfterValidator(parse_language)] = _setting(
        None, "Translate into this language (en, de, zh-Hant, ...) and write film.en.srt.", shapes_cues=False
    )
    translator: Literal["server", "local", "vlm"] = _setting(
        "server",
        "Translator: server (a chat model at --translator-url), local (a text model in this process), or vlm (the "
        "model of --engine, which sees the picture).",
        shapes_cues=False,
    )
    translator_model: str | None = _setting(
        None, "Model of the translator: a name on the server or the hub, or a folder.", shapes_cues=False
    )
    translator_url: str | None = _setting(
        None, "Address of the translator's server. Default: --server-url.", shapes_cues=False
    )
    bilingual: Literal["no", "above", "below"] = _setting(
        "no", "Write the translation above or below the original text in each cue.", shapes_cues=False
    )
    keep_original: bool = _setting(False, "Also write the original subtitles, as film.srt.", shapes_cues=False)
    context: Annotated[int, Field(ge=0)] = _setting(
        "3", "Number of lines before and after that the translator sees as context.", shapes_cues=False
    )
    glossary: Annotated[Path | None, AfterValidator(lambda path: path and path.expanduser())] = _setting(
        None,
        "Text file with translations of terms, one per line: term = translation.",
        shapes_cues=False,
        read=True,
    )
    about: str = _setting("", "Notes on the film for the translator: title, summary, speakers.", shapes_cues=False)
    line_width: Annotated[int, Field(ge=10)] = _setting(
        "42",
        "Break translated lines at this many letters. Chinese, Japanese and Korean letters count twice.",
        shapes_cues=False,
    )
    reading_speed: Annotated[float, Field(gt=0)] = _setting(
        "20",
        "Letters per second that a viewer can read. Longer translations are requested again.",
        shapes_cues=False,
    )
    hwaccel: Annotated[str, AfterValidator(str.lower)] = _setting(
        "none",
        "Decode on a device: none, auto, or a name such as cuda, vaapi, videotoolbox or d3d11va.",
        shapes_cues=False,
    )
    jobs: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "1", "Number of videos to process at the same time; 0 means one per two cores.", short="j", shapes_cues=False
    )
    processes: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "1",
        "Number of processes that scan one long video in parallel; 0 means one per two cores, at most 4.",
        shapes_cues=False,
    )
    threads: Annotated[int, BeforeValidator(parse_count)] = _setting(
        "0",
        "Number of cores per video; 0 means all, shared by the videos that run at the same time.",
        shapes_cues=False,
    )
    mux: bool = _setting(
        False,
        "Also write a copy of the video with the subtitles as a track: film.muxed.mkv, or .mp4 for an MP4.",
        shapes_cues=False,
    )
    review: bool = _setting(
        False,
        "Keep the pictures of all texts, rejected ones too, in film.review for 'subextract review film.mp4'.",
        shapes_cues=False,
    )
    overwrite: bool = _setting(
        False, "Start over and replace the results of an earlier run, finished or not.", shapes_cues=False
    )
    resume: bool = _setting(
        True, "Keep a .resume file while working, and continue from the one that a stopped run left.", shapes_cues=False
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
    def asked(self) -> VlmOptions:
        """The settings of engines with a vision-language model."""
        return VlmOptions(**{name: getattr(self, name) for name in VlmOptions._fields})

    @property
    def translating(self) -> TranslationOptions:
        """The settings of the translation."""
        named = {name: getattr(self, name) for name in TranslationOptions._fields}
        return TranslationOptions(**named | {"language": self.one_language})

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
        return self.model_dump(include={"position_tags", "excel", "decimal_comma"})

    def fingerprint(self) -> dict[str, Any]:
        """The settings that decide which cues are found, as JSON values: only runs that agree in them can be joined."""
        shaping = self.model_dump(include={setting.name for setting in SETTINGS if setting.shapes_cues})
        return {name: _as_json(value) for name, value in shaping.items()}


def _as_json(value: object) -> object:
    return [_as_json(part) for part in value] if isinstance(value, tuple) else value


SETTINGS = settings(Options)
