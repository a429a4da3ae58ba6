"""Train and judge the classifier of scripts, on lines drawn in typefaces and over backgrounds that are kept apart.

    python -m benchmarks.scripts draw lines.npz --count 10000 --seed 1 --backgrounds film.mp4
    python -m benchmarks.scripts train lines.npz... --minutes 20
    python -m benchmarks.scripts judge --count 2000 --seed 9 --backgrounds other.mp4
    python -m benchmarks.scripts answers --count 3000 --seed 5 --backgrounds film.mp4 [--judge]
    python -m benchmarks.scripts sheet fixtures/scripts.png

``draw`` keeps lines in a file (with ``--held-out``, in the typefaces that are not learned from), ``train`` writes
subextract/ocr/script.onnx, ``judge`` prints what share of new lines is told right, and of films of 20 lines.
``answers`` counts how sure the bundled reader is of lines in each script (the table of ocr/surety.py), and with
``--judge`` prints what share of lines in other typefaces is told with that table. ``sheet`` draws a line of each script
for the tests.
Needed are typefaces of many scripts (Debian: fonts-noto-core, -cjk, -thai-tlwg, -hosny-amiri, -nanum, -lohit-*, culmus
and more), and for words Debian's iso-codes and hunspell dictionaries.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scripts.data import loaded, made, sheet


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says."""
    options = _parser().parse_args(arguments)
    if options.command == "draw":
        made(options.count, options.seed, options.backgrounds, held_out=options.held_out).saved(options.file)
    elif options.command == "sheet":
        sheet(options.file, options.seed)
    elif options.command == "train":
        from benchmarks.scripts.training import exported, trained
        from subextract.ocr.script import MODEL

        exported(trained(loaded(options.files), options.minutes), options.onnx or MODEL)
    elif options.command == "answers":
        from benchmarks.scripts.answers import answered, shares, table

        lines = list(answered(options.count, options.seed, options.backgrounds, held_out=options.judge))
        shares(lines) if options.judge else table(lines)
    else:
        from benchmarks.scripts.judging import report

        given = loaded(options.lines) if options.lines else None
        report(given or made(options.count, options.seed, options.backgrounds, held_out=True), options.film)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.scripts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    names = ("draw", "train", "judge", "sheet", "answers")
    draw, train, judge, one_each, answers = (commands.add_parser(name) for name in names)
    for command in (draw, one_each):
        command.add_argument("file", type=Path)
    one_each.add_argument("--seed", type=int, default=1)
    draw.add_argument("--held-out", action="store_true")
    train.add_argument("files", type=Path, nargs="+")
    train.add_argument("--minutes", type=float, default=20)
    train.add_argument("--onnx", type=Path)
    judge.add_argument("--lines", type=Path, nargs="+", help="those of files instead of new ones")
    judge.add_argument("--film", type=int, default=20, help="lines of a film")
    answers.add_argument("--judge", action="store_true")
    for command in (draw, judge, answers):
        command.add_argument("--count", type=int, default=2000)
        command.add_argument("--seed", type=int, default=9)
        command.add_argument("--backgrounds", type=Path, nargs="*", default=())
    return parser


if __name__ == "__main__":
    main()
