"""How one text that cannot be worked on costs itself alone, and not the film."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from subextract.errors import SubextractError

log = logging.getLogger(__name__)

MAX_IN_A_ROW = 20  # failures one after the other; after these, not one text is odd, but the work itself fails


class Mishaps:
    """Errors with single texts at one stage. ``tell`` is called with ``kind`` for each."""

    def __init__(self, tell: Callable[[str], None], kind: str) -> None:
        self._tell, self._kind = tell, kind
        self._in_a_row = 0

    @contextmanager
    def survived(self, what: str, time: int) -> Iterator[None]:
        """Go on after whatever goes wrong inside, which is done for one text alone; ``time`` (ms) is where in the film.

        What is raised on purpose passes, and so does what goes wrong every time: a film without any subtitles would
        look like one that has none.
        """
        try:
            yield
        except (SubextractError, MemoryError):
            raise
        except Exception as error:
            self._in_a_row += 1
            if self._in_a_row >= MAX_IN_A_ROW:
                raise
            log.warning("At %.3f s, %s failed (%s); the rest goes on.", time / 1000, what, _said(error))
            log.info("In detail:", exc_info=error)
            self._tell(self._kind)
        else:
            self._in_a_row = 0


def _said(error: Exception) -> str:
    """An error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
