"""How the service is started from a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.checks import check_lists, check_reading, check_web
from subextract.cli.flags import Config, VerboseProcesses, as_flags, given
from subextract.cli.lines import log_lines
from subextract.cli.messages import log, say
from subextract.cli.signals import stoppable
from subextract.errors import DecodeError, InputError, NotMedia, UsageError
from subextract.options import SETTINGS, Options, flag, resolve, resolve_section, settings, written
from subextract.watch.settings import ledger_path
from subextract.web.service.decided import DECIDED
from subextract.web.settings import Service

if TYPE_CHECKING:
    from subextract.ledger import Job
    from subextract.watch.messages import Order
    from subextract.web.service.desk import Desk
    from subextract.web.service.places import Places

    _ServiceFlags = Any
    _OptionFlags = Any
    _DecidedFlags = Any

_DECIDED = DECIDED | {"track": "each job says its own, or gets what suits the video"}
HOPELESS = frozenset(error.exit_code for error in (UsageError, InputError, NotMedia, DecodeError))
"""A video that is whole does not become another one: it is not tried again."""

if not TYPE_CHECKING:
    _ServiceFlags = as_flags("_ServiceFlags", settings(Service))
    _OptionFlags = as_flags("_OptionFlags", [each for each in SETTINGS if each.name not in {"jobs", *_DECIDED}])
    _DecidedFlags = as_flags("_DecidedFlags", [each for each in SETTINGS if each.name in _DECIDED], shown=False)


def serve(
    *,
    service: Annotated[_ServiceFlags | None, Parameter(name="*")] = None,
    reading: Annotated[_OptionFlags | None, Parameter(name="*")] = None,
    decided: Annotated[_DecidedFlags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: VerboseProcesses = 0,
) -> int:
    """Take videos over HTTP, from a page and from programs, and give their subtitles.

    The page, the API and its description (/docs) are at http://127.0.0.1:8642 unless told otherwise.
    """
    for name in given(decided):
        raise UsageError(f"{flag(name)} is not for the service: {_DECIDED[name]}.")
    chosen = resolve_section(Service, given(service), os.environ, config)
    sources = (given(reading), os.environ, config)
    options = resolve(*sources)
    check_reading(options)
    check_lists(options, written(*sources))
    check_web(
        "The service needs Starlette, uvicorn and python-multipart: {}.", "starlette", "uvicorn", "python_multipart"
    )
    _run(chosen, options, verbose)
    return 0


def _run(chosen: Service, options: Options, verbose: int) -> None:
    from subextract.web.service.places import Places
    from subextract.web.service.running import address, run
    from subextract.web.service.tokens import token_of
    from subextract.web.serving import bound

    places = Places(chosen.data or ledger_path(None).parent)
    try:
        path = chosen.token_file or places.root / "token"
        with stoppable(), bound(chosen.port, chosen.host) as listening:
            token, is_new = token_of(path)  # once nothing else is in the way: a new one is shown at this start alone
            with _worked_on(places, chosen, options) as desk:
                log_lines(chosen.log, verbose)
                here = address(listening)
                say(f"Open {here}?token={token}" if is_new else f"Serving at {here}; the token is in {path}.")
                run(desk, token, listening)
    finally:
        places.close()
    log.info("The service has ended.")


@contextmanager
def _worked_on(places: Places, chosen: Service, options: Options) -> Iterator[Desk]:
    """The desk of a service with workers behind it."""
    from subextract.watch.asked import Workers
    from subextract.watch.crew import Work
    from subextract.web.service.books import Books
    from subextract.web.service.desk import Desk

    books = Books(places.ledger)
    try:
        places.sweep([job.video for job in books.at_once(lambda ledger: ledger.asked(str(places.jobs)))])
        order = _order_of(places.ledger, chosen, options)
        workers = Workers(Work(places.ledger, [str(places.jobs)], order, lambda: chosen, hopeless=HOPELESS))
        workers.start()
        try:
            yield Desk(places, books, workers, chosen, options, check_reading)
        finally:
            workers.stop()
    finally:
        books.close()


def _order_of(ledger: Path, chosen: Service, base: Options) -> Callable[[Job], Order]:
    """How a job is read."""
    from subextract.watch.setup import order_for
    from subextract.web.service.asking import options_of

    def order(job: Job) -> Order:
        _check_place(job.video, chosen.roots)
        options = options_of(base, job.options or {})
        return order_for(job, ledger, options, chosen, if_soft="hard", track=options.track)

    return order


def _check_place(video: str, roots: tuple[Path, ...]) -> None:
    """UsageError where a link leads out of the roots by now: its folder may have been replaced by another link."""
    if os.path.islink(video) and not any(Path(os.path.realpath(video)).is_relative_to(root) for root in roots):
        raise UsageError("The path of the video leads out of the folders that videos are taken from.")
