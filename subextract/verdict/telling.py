"""The report of a verdict: for each style whether it was kept, and what spoke for and against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from subextract.verdict import weights
from subextract.verdict.blocks import Text
from subextract.verdict.judging import Judged

HEAVIEST = 3  # pieces of evidence that are named for and against a style
EXAMPLE = 40  # letters of its longest text

Both = tuple[Text, Judged]


def told(texts: Sequence[Text], verdicts: Sequence[Judged]) -> Iterator[str]:
    """One line for each style, those with most texts first."""
    styles: dict[int, list[Both]] = defaultdict(list)
    for text, verdict in zip(texts, verdicts, strict=True):
        styles[verdict.style].append((text, verdict))
    for style in sorted(styles.values(), key=len, reverse=True):
        yield _line(style)


def _line(style: Sequence[Both]) -> str:
    count, kept = len(style), sum(verdict.is_subtitle for _, verdict in style)
    fate = "kept" if kept == count else f"{kept} kept" if kept else "left out"
    longest = max((text for text, _ in style), key=lambda text: len(text.said))
    box, said = longest.evidence.box, longest.said[:EXAMPLE]
    odds = sum(verdict.odds for _, verdict in style) / count
    pieces = _pieces([verdict for _, verdict in style])
    heaviest = sorted((value, name) for name, value in pieces.items() if name != "base")
    for_it = ", ".join(f"{name} {value:+.1f}" for value, name in reversed(heaviest[-HEAVIEST:]) if value > 0)
    against = ", ".join(f"{name} {value:+.1f}" for value, name in heaviest[:HEAVIEST] if value < 0)
    return (
        f"{count} text{'s' if count > 1 else ''} of one style {fate}, like {said!r} at {','.join(map(str, box))}: "
        f"log-odds {odds:+.1f}; for it {for_it or 'nothing'}; against it {against or 'nothing'}"
    )


def _pieces(verdicts: Sequence[Judged]) -> dict[str, float]:
    """The addition of each piece of evidence to the log-odds, on average."""
    total: Counter[str] = Counter()
    for verdict in verdicts:
        for name, value in verdict.pieces.items():
            total[name] += weights.SECOND.get(name, 0.0) * value  # type: ignore[assignment]
    return {name: value / len(verdicts) for name, value in total.items()}
