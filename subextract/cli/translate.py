"""How subtitle files are translated from a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from subextract.cli.checks import check_lists
from subextract.cli.flags import Config, Quiet, Verbose, as_flags, given
from subextract.cli.messages import configure_logging, report, say
from subextract.errors import EngineError, UsageError
from subextract.options import SETTINGS, Options, TranslationOptions, resolve, written

if TYPE_CHECKING:
    from subextract.translation import Interpreter
    from subextract.types import Cue, Video

    _Flags = Any
else:
    _NAMED = {"translate", "language"}  # by --to and --from, as for a translation of text alone
    _WRITING = {"output", "format", "overwrite", "position_tags", "excel", "decimal_comma"}
    _SETTINGS = (_WRITING | {*TranslationOptions._fields}) - _NAMED
    _Flags = as_flags("_Flags", [each for each in SETTINGS if each.name in _SETTINGS])


def translate(
    *subtitles: Annotated[str, Parameter(help="Subtitle files: .srt, .vtt, .ass, .ttml, .csv, .tsv or .json.")],
    to: Annotated[str | None, Parameter(name=("--to", "--translate"), help="Language to translate into.")] = None,
    source: Annotated[
        str | None, Parameter(name=("--from", "--language"), help="Language of the files, if known.")
    ] = None,
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> int:
    """Translate subtitle files; one bad file does not stop the others."""
    configure_logging(verbose, quiet)
    if not subtitles:
        raise UsageError("There is nothing to translate; name a file, as in: subextract translate film.srt --to de")
    languages = {name: value for name, value in (("translate", to), ("language", source)) if value}
    sources = (given(flags) | languages, os.environ, config)
    options = resolve(*sources)
    if options.translate is None:
        raise UsageError("There is no language to translate into; name one, as in --to de.")
    check_lists(options, written(*sources))
    files = list(map(Path, subtitles))
    codes, orders = _read(files, [_Place(paths, options.writing) for paths in _places(files, options)])
    if orders:
        with _interpreter(options.translating) as interpreter:
            codes += [_attempt(order, interpreter, quiet) for order in orders]
    return next(filter(None, codes), 0)


def _interpreter(chosen: TranslationOptions) -> Interpreter:
    from subextract.translation import Interpreter

    return Interpreter(chosen)


def _places(subtitles: Sequence[Path], options: Options) -> list[list[Path]]:
    """Where the translations of each file go; UsageError where that is none of a subtitle, or something is there."""
    places = [_place(each, options, alone=len(subtitles) == 1) for each in subtitles]
    taken: set[Path] = set()
    for path in (path for some in places for path in some):
        if path in taken:
            raise UsageError(f"{path} would be the translation of two files; translate them by themselves.")
        if os.path.lexists(path) and not options.overwrite:
            raise UsageError(f"{path} already exists; add --overwrite, or choose another name with --output.")
        if any(path.exists() and path.samefile(each) for each in subtitles if each.exists()):
            raise UsageError(f"{path} is itself to be translated; choose another name with --output.")
        taken.add(path)
    return places


def _place(subtitle: Path, options: Options, *, alone: bool) -> list[Path]:
    from subextract import formats
    from subextract.languages.tags import short
    from subextract.output import naming

    formats.by_suffix(subtitle)
    output = options.output
    if output and output.suffix and not output.is_dir():
        if not alone:
            raise UsageError(f"--output: {output} is one file and there are several to translate; name a folder.")
        formats.by_suffix(output)
        return [output]
    path = naming.for_language(subtitle, short(options.translate))
    if output:
        path = output / path.name
    if "format" not in options.model_fields_set:
        return [path]
    for name in options.format:
        formats.by_name(name)  # says which there are
    return [naming.in_format(path, name) for name in options.format]


class _Place(NamedTuple):
    """Where the translation of a file goes, and how it is written there (Options.writing)."""

    paths: Sequence[Path]
    writing: Mapping[str, Any]


class _Order(NamedTuple):
    """The texts to be translated, and where to."""

    name: str
    video: Video | None
    cues: Sequence[Cue]
    place: _Place


def _read(subtitles: Sequence[Path], places: Sequence[_Place]) -> tuple[list[int], list[_Order]]:
    """All files, before anybody is asked to translate; those that cannot be read are told, with the code of each."""
    from subextract import soft  # not at the top: --help comes through here

    codes, orders = list[int](), list[_Order]()
    for subtitle, place in zip(subtitles, places, strict=True):
        try:
            orders.append(_Order(subtitle.name, *soft.loaded(subtitle), place))
        except Exception as error:  # this file's problem alone
            codes.append(report(error))
    return codes, orders


def _attempt(order: _Order, interpreter: Interpreter, quiet: bool) -> int:
    from subextract import formats
    from subextract.cli.progress import counting  # not at the top: --help comes through here

    try:
        with counting(order.name, quiet) as on_progress:
            found = interpreter.translation(order.cues, on_progress)
        for path in order.place.paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            formats.save(found.cues, path, order.video, {formats.WRITING: order.place.writing})
        if not quiet:
            failed = f", {found.failed} not translated" if found.failed else ""
            say(f"{', '.join(map(str, order.place.paths))}: {len(found.cues)} cues{failed}.")
        failure = found.failure("Run it again with --overwrite, which asks for these alone.")
        return report(failure) if failure else 0
    except EngineError:
        raise
    except Exception as error:  # this file's problem alone
        return report(error)
