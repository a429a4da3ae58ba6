"""Reads single pictures and shows on a terminal what they say."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.flags import Config, Json, Verbose, as_flags, given
from subextract.cli.messages import configure_logging, report
from subextract.cli.tables import print_json
from subextract.errors import EngineError, InputError, UsageError
from subextract.options import SETTINGS, Options, VlmOptions, resolve

if TYPE_CHECKING:
    from subextract.images import PictureReader, Said

    _Flags = Any
else:
    _SETTINGS = {"engine", "language", "threads", *VlmOptions._fields}
    _Flags = as_flags("_Flags", [each for each in SETTINGS if each.name in _SETTINGS])


def ocr(
    *pictures: Annotated[str, Parameter(help="Pictures, or frames of videos such as film.mp4@1:30.")],
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    task: Annotated[
        str,
        Parameter(
            help="text, subtitles, spotting, document, formula, table, chart, fields=NAME,NAME or translate=LANGUAGE."
        ),
    ] = "text",
    config: Config = None,
    json: Json = False,
    verbose: Verbose = 0,
) -> int:
    """Read single pictures, or moments of videos; one bad picture does not stop the others."""
    configure_logging(verbose, quiet=False)
    if not pictures:
        raise UsageError("There is no picture to read; name at least one, as in: subextract ocr page.png")
    codes, found = [], []
    with _picture_reader(task, resolve(given(flags), os.environ, config)) as reader:
        for picture in pictures:
            try:
                found.append(reader.read(picture))
            except (InputError, EngineError, UsageError) as error:  # this picture's problem alone
                codes.append(report(error))
            else:
                if not json:
                    _print_said(found[-1], named=len(pictures) > 1)
    if json:
        print_json([asdict(each) for each in found])
    return next(filter(None, codes), 0)


def _picture_reader(task: str, options: Options) -> PictureReader:
    from subextract.images import PictureReader

    return PictureReader(task, options)


def _print_said(said: Said, *, named: bool) -> None:
    if named:
        print(f"==> {said.picture} <==")
    if said.task == "spotting":
        for line in said.lines:
            print(*(line.box or ()), line.text, sep="\t")
    elif said.text:
        print(said.text)
