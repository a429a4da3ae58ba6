"""How what goes on for months logs: a line for each event, as text or as JSON."""

from __future__ import annotations

import json
import logging
import sys
import time

from subextract.cli.messages import log


class _JsonLines(logging.Formatter):
    """One object a line, with the job that it is about."""

    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{when}.{int(record.msecs):03}Z", "level": record.levelname.lower(), "message": ""}
        line |= {"message": record.getMessage()} | getattr(record, "about", {})
        return json.dumps(line | ({"detail": self.formatException(record.exc_info)} if record.exc_info else {}))


def log_lines(style: str, verbosity: int) -> None:
    """Log to stderr from now on; ``style`` is text or json."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _JsonLines() if style == "json" else logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    )
    log.handlers[:] = [handler]
    log.setLevel(logging.DEBUG if verbosity else logging.INFO)
