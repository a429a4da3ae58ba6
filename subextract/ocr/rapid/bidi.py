"""How letters that were read from left to right, as they stand, come into the order in which Arabic or Hebrew is typed.

The Unicode Bidirectional Algorithm (UAX 9) the other way round, for one line whose words run from right to left.
"""

from __future__ import annotations

import re
import unicodedata

RIGHT_TO_LEFT = {"R", "AL"}
# Numbers and Latin words, which stand from left to right within the line: with the marks inside them, not around them.
LEFT_TO_RIGHT = re.compile(r"[^\W_]+(?:[ .,:/'’+\-_@&%]+[^\W_]+)*%?")
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def logical(seen: str) -> str:
    """The line as it is typed; one without letters that run from right to left is as it is."""
    if not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in seen):
        return seen
    return "".join(part if left else part[::-1].translate(MIRRORED) for part, left in reversed(_runs(seen)))


def _runs(seen: str) -> list[tuple[str, bool]]:
    """The parts of a line, each with whether it runs from left to right."""
    runs: list[tuple[str, bool]] = []
    for part in re.findall(
        r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+|[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+", seen
    ):
        if unicodedata.bidirectional(part[0]) in RIGHT_TO_LEFT | {"NSM"}:
            runs += [(cluster, False) for cluster in [part]]
            continue
        start = 0
        for word in LEFT_TO_RIGHT.finditer(part):
            runs += [(part[start : word.start()], False), (word.group(), True)]
            start = word.end()
        runs.append((part[start:], False))
    return [run for run in runs if run[0]]
