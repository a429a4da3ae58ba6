"""Which passages are asked about together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from subextract.translation.protocols import Passage

MOST = 20  # passages at a time: a minute of a film, and few enough for small models to keep them apart
LEAST = 14  # from which on a window ends with a sentence, where one does
ENDS = frozenset(".!?…。！？؟।")


def windows(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Passages that follow one another, in windows that end where a sentence does."""
    waiting: list[Passage] = []
    for passage in passages:
        if waiting and passage.number != waiting[-1].number + 1:
            yield waiting
            waiting = []
        waiting.append(passage)
        if len(waiting) == MOST:
            ended = [size for size in range(LEAST, MOST + 1) if waiting[size - 1].text.rstrip("\"'”’」』")[-1:] in ENDS]
            size = max(ended, default=MOST)
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting
