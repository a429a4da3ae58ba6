"""Items that one stage hands to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")


class Batch(NamedTuple, Generic[Item]):
    """Items in order of start that one stage hands to the next.

    No later batch has an item that starts before ``complete_until`` (ms).
    """

    complete_until: int
    items: Sequence[Item]
