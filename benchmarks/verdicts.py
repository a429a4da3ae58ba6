"""Learn what each piece of evidence weighs (subextract/verdict/weights.py) from clips with known truth.

    python -m benchmarks.verdicts gather FOLDER... --to TEXTS     # look at every clip, keep what is known of its texts
    python -m benchmarks.verdicts fit TEXTS... [--write]          # learn, cross-validate, print what each piece is worth
    python -m benchmarks.verdicts judge TEXTS...                  # which texts today's weights get wrong

A text is a subtitle where a true cue shares half of its stay and most of its letters. The regression is logistic with a
ridge penalty; clips weigh alike however many texts they hold. Cross-validation leaves out one group of clips at a time: a
folder and the kind of clip (its name up to the number), and a tenth of those that have numbers.
"""

from __future__ import annotations

import argparse
import logging
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from benchmarks.__main__ import found_clips
from benchmarks.score import letters, read
from subextract.options import Options
from subextract.types import Cue
from subextract.verdict import Film, Text, judging
from subextract.verdict.blocks import Block, blocks_of
from subextract.verdict.pieces import Company
from subextract.verdict.styles import styles_of

Floats = NDArray[np.float64]

RIDGE = 1.0  # strength of the penalty on weights: pieces that a few clips alone show stay small
SHARED, LIKE = 0.5, 75.0  # of its stay with a true cue; likeness (0 to 100) of its letters with a part of that
FOLDS = 10
TABLE = Path(__file__).parents[1] / "subextract" / "verdict" / "weights.py"
PUNCTUATION = {
    "ends as a sentence",
    "begins small or with a dash",
}  # dropped on every other clip: many subtitles have none


@dataclass(frozen=True, slots=True)
class Seen:
    """The texts that were seen in a clip, and which of them are subtitles."""

    clip: str
    film: Film
    texts: list[Text]
    truth: list[bool]

    @property
    def group(self) -> str:
        """Clips of one group are left out together."""
        folder, name = self.clip.split("/", 1)
        number = re.search(r"_(\d{3})$", name)
        return f"{folder}/{int(number[1]) % FOLDS}" if number else name


@dataclass(frozen=True, slots=True)
class Example:
    """One block of text: its pieces of evidence, whether it is a subtitle, and how much it counts."""

    pieces: Mapping[str, float]
    is_subtitle: bool
    weight: float
    group: str
    said: str
    clip: str


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.action == "gather":
        seen = gathered([Path(folder) for folder in options.paths], options.to, jobs=options.jobs)
        print(f"{len(seen)} clips, {sum(len(one.texts) for one in seen)} texts in {options.to}")
        return 0
    seen = [one for path in options.paths for one in pickle.loads(Path(path).read_bytes())]
    if options.action == "judge":
        return judge(seen)
    return fit(seen, write=options.write)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.verdicts", description=__doc__)
    parser.add_argument("action", choices=("gather", "fit", "judge"))
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--to", type=Path, default=Path("texts.pickle"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    return parser


def gathered(folders: Sequence[Path], to: Path, *, jobs: int) -> list[Seen]:
    """What is seen in all clips of the folders, kept in a file after each."""
    clips = [(clip, truth) for folder in folders for clip, truth in found_clips(folder).items()]
    done: list[Seen] = pickle.loads(to.read_bytes()) if to.exists() else []
    known = {one.clip for one in done}
    with ProcessPoolExecutor(jobs) as pool:
        for one in pool.map(look, [each for each in clips if _name(each[0]) not in known]):
            done.append(one)
            to.write_bytes(pickle.dumps(done))
            print(one.clip, len(one.texts), sum(one.truth), flush=True)
    return done


def _name(clip: Path) -> str:
    return f"{clip.parent.name}/{clip.stem}"


def look(clip_and_truth: tuple[Path, Path]) -> Seen:
    """All texts of a clip with their labels."""
    from subextract.pipeline import Extraction

    clip, truth = clip_and_truth
    with Extraction(clip, Options(track="hard", threads=1)) as extraction:
        for _ in extraction.steps():
            pass
        texts, film = extraction.texts, extraction.film
    cues = read(truth)
    return Seen(_name(clip), film, texts, [is_subtitle(text, cues) for text in texts])


def is_subtitle(text: Text, cues: Iterable[Cue]) -> bool:
    """Whether a true cue shows most of the text for half of its stay."""
    one, said = text.evidence, letters(text.said)
    for cue in cues:
        shared = min(one.end, cue.end) - max(one.start, cue.start)
        if shared > SHARED * min(one.end - one.start, cue.end - cue.start):
            likeness = (
                fuzz.partial_ratio(said, letters(cue.text)) if len(said) >= 3 else 100.0 * (said in letters(cue.text))
            )
            if said and likeness >= LIKE:
                return True
    return False


def fit(seen: Sequence[Seen], *, write: bool) -> int:
    """Learn both tables, the second with what the first one says of clips that it was not learned from."""
    first = _first_examples(seen)
    print("first look")
    _print_worth(first)
    seconds = []
    for group in _groups(seen):
        rest = [one for one in first if one.group != group]
        table = learned(rest)
        seconds += _second_examples([one for one in seen if one.group == group], table)
    print("second look")
    _print_worth(seconds)
    tables = {"FIRST": learned(first), "SECOND": learned(seconds)}
    if write:
        TABLE.write_text(_source(tables))
    return 0


def _groups(seen: Sequence[Seen]) -> list[str]:
    return sorted({one.group for one in seen})


def _first_examples(seen: Sequence[Seen]) -> list[Example]:
    examples = []
    for one in seen:
        blocks, truth = _labelled(one)
        company = Company(blocks)
        pieces = judging.first_look(styles_of(blocks, one.film.width), company, one.film)
        examples += _examples(one, blocks, truth, pieces)
    return examples


def _second_examples(seen: Sequence[Seen], table: Mapping[str, float]) -> list[Example]:
    examples = []
    for one in seen:
        blocks, truth = _labelled(one)
        if blocks:
            company, styles = Company(blocks), styles_of(blocks, one.film.width)
            first = judging.first_look(styles, company, one.film)
            pieces = judging.second_look(styles, first, company, one.film, table=table)
            examples += _examples(one, blocks, truth, pieces)
    return examples


def _labelled(one: Seen) -> tuple[list[Block], list[bool]]:
    blocks = blocks_of(one.texts)
    return blocks, [2 * sum(one.truth[number] for number in block.numbers) >= len(block.numbers) for block in blocks]


def _examples(
    one: Seen, blocks: Sequence[Block], truth: Sequence[bool], pieces: Mapping[int, Mapping[str, float]]
) -> list[Example]:
    weight = 1 / max(8, len(blocks))
    bare = sum(map(ord, one.clip)) % 2 == 0
    return [
        Example(
            {name: value for name, value in pieces[id(block)].items() if not (bare and name in PUNCTUATION)},
            right,
            weight,
            one.group,
            block.said,
            one.clip,
        )
        for block, right in zip(blocks, truth, strict=True)
    ]


def learned(examples: Sequence[Example], without: str = "") -> dict[str, float]:
    """Weights by name, ``base`` among them: iteratively reweighted least squares with a ridge penalty."""
    names = sorted({name for one in examples for name in one.pieces if name != without})
    values, right, weight = _arrays(examples, names)
    weights = np.zeros(len(names) + 1)
    penalty = RIDGE * np.eye(len(names) + 1)
    penalty[-1, -1] = 1e-3
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(values @ weights, -30, 30)))
        slope = values.T @ (weight * (chance - right)) + penalty @ weights
        curve = (values * (weight * chance * (1 - chance))[:, None]).T @ values + penalty
        step = np.linalg.solve(curve, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return {name: round(float(value), 3) for name, value in zip([*names, "base"], weights, strict=True)}


def _arrays(examples: Sequence[Example], names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    values = np.array([[one.pieces.get(name, 0.0) for name in names] + [1.0] for one in examples])
    weight = np.array([one.weight for one in examples])
    return values, np.array([float(one.is_subtitle) for one in examples]), weight * len(examples) / weight.sum()


def _cross_validated(examples: Sequence[Example], without: str = "") -> Floats:
    """Log-odds of each example, from weights that its group had no part in."""
    odds = np.zeros(len(examples))
    for group in sorted({one.group for one in examples}):
        table = learned([one for one in examples if one.group != group], without)
        for number, one in enumerate(examples):
            if one.group == group:
                odds[number] = judging.weighed(one.pieces, table)
    return odds


def _print_worth(examples: Sequence[Example]) -> None:
    """How often the cross-validated verdict is wrong, by folder, and by how much more without each piece."""
    right = np.array([one.is_subtitle for one in examples])
    weight = np.array([one.weight for one in examples])
    weight = weight / weight.sum()
    odds = _cross_validated(examples)
    loss = _loss(odds, right, weight)
    missed, taken = (
        weight[right & (odds <= 0)].sum() / weight[right].sum(),
        weight[~right & (odds > 0)].sum() / weight[right].sum(),
    )
    print(
        f"{len(examples)} blocks, {right.sum()} subtitles; missed {missed:.3f}, other text taken {taken:.3f}, loss {loss:.4f}"
    )
    by_group: dict[str, list[int]] = {}
    for number, one in enumerate(examples):
        by_group.setdefault(one.clip.split("/")[0] if "/" in one.group else one.group, []).append(number)
    for group, numbers in sorted(by_group.items()):
        some = np.array(numbers)
        print(
            f"  {group:24} {len(some):5} blocks, {int(right[some].sum()):4} subtitles: "
            f"missed {int((right[some] & (odds[some] <= 0)).sum()):3}, taken {int((~right[some] & (odds[some] > 0)).sum()):3}"
        )
    if "--worth" in sys.argv:
        for name in sorted({name for one in examples for name in one.pieces}):
            print(f"  without {name:36} loss {_loss(_cross_validated(examples, name), right, weight) - loss:+.4f}")


def _loss(odds: Floats, right: NDArray[np.bool_], weight: Floats) -> float:
    return float((weight * np.log1p(np.exp(-np.clip(np.where(right, odds, -odds), -30, 30)))).sum())


def judge(seen: Sequence[Seen]) -> int:
    """Print the texts on which the verdict is wrong."""
    for one in seen:
        verdicts = judging.judged(one.texts, one.film)
        for text, right, judged in zip(one.texts, one.truth, verdicts, strict=True):
            if judged.is_subtitle != right:
                stay = text.evidence
                print(
                    f"{one.clip:28} {'TAKEN ' if judged.is_subtitle else 'MISSED'} {judged.odds:+5.1f} style {judged.style:2} "
                    f"{stay.start / 1000:7.2f}-{stay.end / 1000:7.2f} {tuple(stay.box)} {text.score or 0:.2f} {text.said}"
                )
    return 0


def _source(tables: Mapping[str, Mapping[str, float]]) -> str:
    """The module of the weights."""
    lines = [
        '"""What each piece of evidence weighs, as log-odds; written by `python -m benchmarks.verdicts fit --write`."""'
    ]
    for name, table in tables.items():
        order: Callable[[str], float] = lambda piece, table=table: -abs(table[piece])  # type: ignore[misc]
        rows = [
            f'    "base": {table["base"]},',
            *(f'    "{piece}": {table[piece]},' for piece in sorted(table, key=order) if piece != "base"),
        ]
        lines += ["", f"{name}: dict[str, float] = {{", *rows, "}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(main())
