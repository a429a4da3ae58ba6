"""The messages on stderr: decisions, and what went wrong, in one sentence."""

from __future__ import annotations

import errno
import logging
import sys

from cyclopts import CycloptsError

from subextract.cli.mistakes import sentence
from subextract.errors import SubextractError, UsageError

log = logging.getLogger("subextract")


def report(error: Exception) -> int:
    """Say in one sentence what went wrong; the result is the exit status."""
    told = explained(error)
    say(f"subextract: {told}")
    return told.exit_code


def explained(error: Exception) -> SubextractError:
    """Any error as one with a sentence for the user and an exit code; the log has it in detail."""
    log.info("In detail:", exc_info=error)
    message = " ".join(" ".join([str(error), *getattr(error, "__notes__", [])]).split())
    if isinstance(error, SubextractError):
        return type(error)(message)
    if isinstance(error, CycloptsError):
        return UsageError(sentence(error))
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return UsageError(f"{error.filename} has too long a name for its disk; choose a shorter one.")
    return SubextractError(
        f"Unexpected {type(error).__name__} ({message}); run it again with -v and report what it says."
    )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Stderr(logging.Handler):
    """Looks up sys.stderr for each record, because a live progress bar puts its own in that place."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def configure_logging(verbosity: int, quiet: bool, video: str = "") -> None:
    """Say what is logged from now on; ``video`` is named where several are at work."""
    if verbosity and quiet:
        raise UsageError("--verbose and --quiet exclude each other; leave one out.")
    handler = _Stderr()
    form = "%(levelname)s %(name)s: %(message)s" if verbosity else "%(message)s"
    handler.setFormatter(logging.Formatter(f"%(video)s{form}", defaults={"video": video and f"{video}: "}))
    log.handlers[:] = [handler]
    log.setLevel(logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
