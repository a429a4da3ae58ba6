"""What is said on stderr: decisions, and what went wrong, in one sentence."""

from __future__ import annotations

import logging
import sys

from cyclopts import CycloptsError

from subextract.errors import SubextractError, UsageError

log = logging.getLogger("subextract")


def report(error: Exception) -> int:
    """Say in one sentence what went wrong; the result is the exit status."""
    log.info("In detail:", exc_info=error)
    code = error.exit_code if isinstance(error, SubextractError) else UsageError.exit_code
    message = " ".join(" ".join([str(error), *getattr(error, "__notes__", [])]).split())
    if isinstance(error, CycloptsError):
        message += "" if "Did you mean" in message else " See subextract --help."
    elif not isinstance(error, SubextractError):
        code = SubextractError.exit_code
        message = f"Unexpected {type(error).__name__} ({message}); run it again with -v and report what it says."
    say(f"subextract: {message}")
    return code


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Stderr(logging.Handler):
    """Looks up sys.stderr for each record, because a live progress bar puts its own in that place."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def configure_logging(verbosity: int, quiet: bool) -> None:
    if verbosity and quiet:
        raise UsageError("--verbose and --quiet exclude each other; leave one out.")
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s" if verbosity else "%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
