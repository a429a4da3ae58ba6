"""Which passages are asked about together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from subextract.translation.protocols import Passage

MAX_PASSAGES = 20  # passages at a time: a minute of a film, and few enough for small models to keep them apart
MIN_PASSAGES = 14  # from which on a window ends with a sentence, where one does
ENDS = frozenset(".!?…。！？؟।")


def windows(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Passages that follow one another, in windows that end where a sentence does."""
    waiting: list[Passage] = []
    for passage in passages:
        if waiting and passage.number != waiting[-1].number + 1:
            yield waiting
            waiting = []
        waiting.append(passage)
        if len(waiting) == MAX_PASSAGES:
            ended = [
                size
                for size in range(MIN_PASSAGES, MAX_PASSAGES + 1)
                if waiting[size - 1].text.rstrip("\"'”’」』")[-1:] in ENDS
            ]
            size = max(ended, default=MAX_PASSAGES)
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting
