"""Learn what each piece of evidence weighs (subextract/verdict/weights.py) from clips with known truth.

    python -m benchmarks.verdicts gather FOLDER... --to TEXTS   # look at every clip, keep what is known of its texts
    python -m benchmarks.verdicts fit TEXTS... [--worth --write --anew]   # learn, cross-validate, put into the package
    python -m benchmarks.verdicts judge TEXTS...                # which texts today's weights get wrong

A text is a subtitle where a true cue shares half of its stay and most of its letters. The regression is logistic with
a ridge penalty that draws to the weights which stand in the package: what earlier clips taught stays where these say
nothing (``--anew``: to zero). Learning again from the same clips counts them twice. Clips weigh alike however many
texts they hold. Cross-validation leaves out one group of clips at a time: a kind of clip (its name), or a tenth of
those that have numbers. Set OPENBLAS_NUM_THREADS=1: a fit takes seconds then, and minutes where threads wait for one
another over small matrices.
"""

from __future__ import annotations

import argparse
import logging
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from benchmarks.__main__ import found_clips
from benchmarks.score import letters, read
from subextract.languages.identification import main_script, scripts
from subextract.options import Options
from subextract.types import Box, Cue
from subextract.verdict import Film, Text, judging, weights
from subextract.verdict.blocks import Block, blocks_of, distinct
from subextract.verdict.pieces import Company
from subextract.verdict.styles import Style, styles_of
from subextract.verdict.wholes import wholes

Floats = NDArray[np.float64]

TO_ZERO, TO_KNOWN = 1.0, 30.0  # strengths of the penalty: what few clips show changes little (tried: 1, 10, 30, 100)
FREE = 1e-3  # the same for the base, which may be what it wants
SHARED, LIKE = 0.5, 75.0  # of its stay with a true cue; likeness (0 to 100) of its letters with a part of that
FOLDS = 10
SOME = 3000  # ms, of which every fourth has its subtitles at the top in one variant
LEFT = 0.06  # of the width, where all begin in another variant
TABLE = Path(__file__).parents[1] / "subextract" / "verdict" / "weights.py"
HEADLINE, ABOVE = 8, 0.7  # subtitles while which a headline stays; line heights by which it stands above their place
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
    every = [variant for one in seen for variant in variants(one)]
    known = Known({}, {}) if options.anew else Known(weights.FIRST, weights.SECOND)
    return fit(every, known, write=options.write, worth=options.worth)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.verdicts", description=__doc__)
    parser.add_argument("action", choices=("gather", "fit", "judge"))
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--to", type=Path, default=Path("texts.pickle"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--worth", action="store_true", help="print how much worse it gets without each piece")
    parser.add_argument("--anew", action="store_true", help="learn from these clips alone")
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
        texts, film = distinct(extraction.texts), extraction.film
    cues = read(truth)
    return Seen(_name(clip), film, texts, [is_subtitle(text, cues) for text in texts])


def is_subtitle(text: Text, cues: Iterable[Cue]) -> bool:
    """Whether a true cue shows the text for half of its stay: it is like a line of the cue, or most of one; what no
    reader could read is like a line of its script."""
    one, said = text.evidence, letters(text.said)
    script = main_script(scripts(text.said))
    for cue in cues:
        shared = min(one.end, cue.end) - max(one.start, cue.start)
        if shared > SHARED * min(one.end - one.start, cue.end - cue.start):
            lines = [line for line in [*cue.text.split("\n"), cue.text] if letters(line)]
            if text.score is None and any(main_script(scripts(line)) == script for line in lines):
                return True
            if any(_alike(said, letters(line)) for line in lines):
                return True
    return False


def _alike(said: str, line: str) -> bool:
    if not said:
        return False
    part = fuzz.partial_ratio(said, line) >= LIKE and 2 * len(said) >= len(line)
    return part or fuzz.ratio(said, line) >= LIKE - 15


def variants(one: Seen) -> list[Seen]:
    """A clip as it is, and as it would be in other hands: without punctuation, the subtitles in capitals, other text in
    small letters, some subtitles at the top, all of them beginning at the left, a headline that looks like them. What
    nobody burned into the clips at hand would otherwise be learned as a sign of what they are."""

    def changed(change: Callable[[str, bool], str]) -> Seen:
        texts = [replace(text, said=change(text.said, right)) for text, right in zip(one.texts, one.truth, strict=True)]
        return replace(one, texts=texts)

    bare = changed(lambda said, right: "".join(each for each in said if each.isalnum() or each in " '") or said)
    loud = changed(lambda said, right: said.upper() if right else said)
    quiet = changed(lambda said, right: said if right else said.lower())
    height = one.film.height
    aloft = [
        replace(text, evidence=replace(text.evidence, box=_mirrored(text.evidence.box, height)))
        if right and text.evidence.start // SOME % 4 == 0
        else text
        for text, right in zip(one.texts, one.truth, strict=True)
    ]
    begin = round(LEFT * one.film.width)
    aside = [
        replace(text, evidence=replace(text.evidence, box=text.evidence.box.moved(begin - text.evidence.box.left, 0)))
        if right and not text.vertical
        else text
        for text, right in zip(one.texts, one.truth, strict=True)
    ]
    return [one, bare, loud, quiet, replace(one, texts=aloft), replace(one, texts=aside), *with_headline(one)]


def with_headline(one: Seen) -> Iterator[Seen]:
    """The clip with a text that looks like its subtitles, stands above their place, and stays while several come."""
    subtitles = sorted(
        (text for text, right in zip(one.texts, one.truth, strict=True) if right and not text.vertical),
        key=lambda text: text.evidence.start,
    )
    if len(subtitles) >= HEADLINE:
        middle = len(subtitles) // 2
        first, last = subtitles[middle - HEADLINE // 2], subtitles[middle + HEADLINE // 2 - 1]
        stay = first.evidence
        above = replace(stay, end=last.evidence.end, box=stay.box.moved(0, -round(ABOVE * stay.box.height)))
        headline = replace(first, evidence=above, said=" ".join(reversed(last.said.split())))
        yield replace(one, texts=[*one.texts, headline], truth=[*one.truth, False])


def _mirrored(box: Box, height: int) -> Box:
    return box._replace(top=height - box.bottom, bottom=height - box.top)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The blocks and styles of a clip, with what the first look gives."""

    seen: Seen
    blocks: list[Block]
    truth: list[bool]
    styles: list[Style]
    company: Company
    first: Mapping[int, Mapping[str, float]]


def prepared(one: Seen) -> Prepared:
    every = wholes(one.texts)
    blocks = blocks_of([whole.text for whole in every])
    stays = [[number for index in block.numbers for number in every[index].numbers] for block in blocks]
    truth = [2 * sum(one.truth[number] for number in numbers) >= len(numbers) for numbers in stays]
    styles, company = styles_of(blocks, one.film.width), Company(blocks)
    return Prepared(one, blocks, truth, styles, company, judging.first_look(styles, company, one.film))


class Known(NamedTuple):
    """The weights of both looks that were learned before."""

    first: Mapping[str, float]
    second: Mapping[str, float]


def fit(seen: Sequence[Seen], known: Known, *, write: bool, worth: bool) -> int:
    """Learn both tables, the second with what the first one says of clips that it was not learned from."""
    clips = [prepared(one) for one in seen if one.texts]
    first = [example for clip in clips for example in _examples(clip, clip.first)]
    print("first look")
    table_of_first = Table(first, known.first)
    _print_worth(first, table_of_first, worth)
    second = []
    for group in sorted({one.group for one in first}):
        table = table_of_first.by_name(table_of_first.learned(without=group))
        for clip in (clip for clip in clips if clip.seen.group == group):
            pieces = judging.second_look(clip.styles, clip.first, clip.company, clip.seen.film, table=table)
            second += _examples(clip, pieces)
    print("second look")
    table_of_second = Table(second, known.second)
    _print_worth(second, table_of_second, worth)
    if write:
        tables = {"FIRST": table_of_first, "SECOND": table_of_second}
        TABLE.write_text(_source({name: table.by_name(table.learned()) for name, table in tables.items()}))
    return 0


def _examples(clip: Prepared, pieces: Mapping[int, Mapping[str, float]]) -> list[Example]:
    weight, seen = 1 / max(8, len(clip.blocks)), clip.seen
    return [
        Example(pieces[id(block)], right, weight, seen.group, block.said, seen.clip)
        for block, right in zip(clip.blocks, clip.truth, strict=True)
    ]


class Table:
    """All examples as numbers: a row for each, a column for each piece of evidence and one for the base."""

    def __init__(self, examples: Sequence[Example], known: Mapping[str, float], without: str = "") -> None:
        self._examples, self._known = examples, known
        self.names = sorted({name for one in examples for name in one.pieces if name != without})
        self.values = np.array([[one.pieces.get(name, 0.0) for name in self.names] + [1.0] for one in examples])
        self.right = np.array([float(one.is_subtitle) for one in examples])
        weight = np.array([one.weight for one in examples])
        self.weight = weight * len(examples) / weight.sum()
        self.groups = np.array([one.group for one in examples])
        self._drawn_to = np.array([known.get(name, 0.0) for name in [*self.names, "base"]])
        self._penalty = np.diag([TO_KNOWN if name in known else TO_ZERO for name in self.names] + [FREE])
        self._learned: dict[str | None, Floats] = {}

    def without(self, name: str) -> Table:
        """The same without one piece of evidence."""
        return Table(self._examples, self._known, name)

    def learned(self, without: str | None = None) -> Floats:
        """Weights from all rows, or from those of all groups but one: reweighted least squares with a ridge penalty."""
        if None not in self._learned:
            self._learned[None] = self._descended(np.ones(len(self.right), bool), np.zeros(len(self.names) + 1), 15)
        if without not in self._learned:
            self._learned[without] = self._descended(self.groups != without, self._learned[None], 5)
        return self._learned[without]

    def _descended(self, rows: NDArray[np.bool_], weights: Floats, steps: int) -> Floats:
        values, right, weight = self.values[rows], self.right[rows], self.weight[rows]
        for _ in range(steps):
            chance = 1 / (1 + np.exp(-np.clip(values @ weights, -30, 30)))
            slope = values.T @ (weight * (chance - right)) + self._penalty @ (weights - self._drawn_to)
            curve = (values * (weight * chance * (1 - chance))[:, None]).T @ values + self._penalty
            weights = weights - np.linalg.solve(curve, slope)
        return weights

    def by_name(self, weights: Floats) -> dict[str, float]:
        return {name: round(float(value), 3) for name, value in zip([*self.names, "base"], weights, strict=True)}

    def cross_validated(self) -> Floats:
        """Log-odds of each row, from weights that its group had no part in."""
        odds = np.zeros(len(self.right))
        for group in sorted(set(self.groups.tolist())):
            rows = self.groups == group
            odds[rows] = self.values[rows] @ self.learned(without=group)
        return odds


def _print_worth(examples: Sequence[Example], table: Table, worth: bool) -> None:
    """How often the cross-validated verdict is wrong, by folder or kind, and by how much more without each piece."""
    right = np.array([one.is_subtitle for one in examples])
    weight = np.array([one.weight for one in examples])
    weight = weight / weight.sum()
    odds = table.cross_validated()
    loss, subtitles = _loss(odds, right, weight), weight[right].sum()
    missed, taken = weight[right & (odds <= 0)].sum() / subtitles, weight[~right & (odds > 0)].sum() / subtitles
    print(f"{len(examples)} blocks, {right.sum()} subtitles; missed {missed:.3f}, taken {taken:.3f}, loss {loss:.4f}")
    kinds = np.array([one.clip.split("/")[0] if "/" in one.group else one.group for one in examples])
    for kind in sorted(set(kinds.tolist())):
        some = kinds == kind
        lost, wrong = int((some & right & (odds <= 0)).sum()), int((some & ~right & (odds > 0)).sum())
        print(
            f"  {kind:30} {int(some.sum()):5} blocks, {int(right[some].sum()):4} subtitles: {lost} lost, {wrong} taken"
        )
    for name in sorted({name for one in examples for name in one.pieces}) if worth else ():
        print(f"  without {name:36} loss {_loss(table.without(name).cross_validated(), right, weight) - loss:+.4f}")


def _loss(odds: Floats, right: NDArray[np.bool_], weight: Floats) -> float:
    return float((weight * np.log1p(np.exp(-np.clip(np.where(right, odds, -odds), -30, 30)))).sum())


def judge(seen: Sequence[Seen]) -> int:
    """Print the texts on which the verdict is wrong."""
    for one in seen:
        verdicts = judging.judged(one.texts, one.film)
        for text, right, judged in zip(one.texts, one.truth, verdicts, strict=True):
            if judged.is_subtitle != right:
                stay, what = text.evidence, "taken " if judged.is_subtitle else "missed"
                when = f"{stay.start / 1000:7.2f}-{stay.end / 1000:7.2f}"
                print(f"{one.clip:28} {what} {judged.odds:+5.1f} style {judged.style:2} {when} {text.said}")
    return 0


def _source(tables: Mapping[str, Mapping[str, float]]) -> str:
    """The module of the weights, the heaviest first."""
    lines = ['"""The weight of each piece of evidence, in log-odds: `python -m benchmarks.verdicts fit --write`."""']
    for name, table in tables.items():
        order = sorted(table.items(), key=lambda item: (item[0] != "base", -abs(item[1])))
        rows = [f'    "{piece}": {weight},' for piece, weight in order]
        lines += ["", f"{name}: dict[str, float] = {{", *rows, "}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    sys.exit(main())
