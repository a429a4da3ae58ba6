"""How a client follows a job: server-sent events of its progress, its cues as they are found, and its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from subextract.errors import InputError
from subextract.formats import FORMATS
from subextract.ledger import OPEN, Job
from subextract.web.problems import Problem
from subextract.web.service.desk import Desk, is_over
from subextract.web.service.results import WHOLE

EVENTS_EVERY = 0.5  # s between two looks
SILENCE = 15.0  # s; then a comment keeps proxies from closing the connection
MAX_KEPT = 64  # jobs whose cues are remembered

Cues = list[dict[str, Any]]


class Growing:
    """The cues that are found so far, of the jobs that somebody follows; read anew only when there are new ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[int, tuple[tuple[str, int, int], Cues]] = {}

    async def cues(self, job: Job) -> Cues:
        return await run_in_threadpool(self._cues, job)

    def _cues(self, job: Job) -> Cues:
        folder = Path(job.video).parent if is_over(job) else self._desk.workers.work_of(job)
        for path in sorted(folder.glob(f"*.{WHOLE}" if is_over(job) else f"*.{WHOLE}.part")):
            try:
                return self._read(job.id, path)
            except (OSError, InputError):  # it has just become another file
                continue
        known = self._known.get(job.id)
        return known[1] if known and not is_over(job) else []

    def _read(self, number: int, path: Path) -> Cues:
        status = path.stat()
        stamp = (str(path), status.st_mtime_ns, status.st_size)
        known = self._known.get(number)
        if known and known[0] == stamp:
            return known[1]
        cues = [
            {"start": cue.start, "end": cue.end, "text": cue.text, "score": cue.score}
            for cue in FORMATS[WHOLE].loads(path.read_text("utf-8"))
        ]
        if len(self._known) >= MAX_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[number] = (stamp, cues)
        return cues


async def events(desk: Desk, growing: Growing, number: int) -> AsyncIterator[str]:
    """The events of a job until its end, each as the text that is sent."""
    job = await desk.job(number)
    told, cues = desk.told(job), await growing.cues(job)
    yield _event("snapshot", {"job": told, "cues": cues})
    quiet = 0.0
    while not is_over(job):
        if desk.stopped.is_set():
            return
        await asyncio.sleep(EVENTS_EVERY)
        try:
            job = await desk.look(number)
        except Problem:
            yield _event("end", {"job": None})
            return
        before, told, old, cues = told, desk.told(job), cues, await growing.cues(job)
        news = list(_news(before, told, old, cues))
        quiet = 0.0 if news else quiet + EVENTS_EVERY
        for each in news:
            yield each
        if quiet >= SILENCE:
            quiet = 0.0
            yield ":\n\n"
    yield _event("end", {"job": desk.told(job)})


def _news(before: dict[str, Any], told: dict[str, Any], old: Cues, cues: Cues) -> list[str]:
    news = []
    if (kept := _same(old, cues)) < max(len(old), len(cues)):
        news.append(_event("cues", {"from": kept, "cues": cues[kept:]}))
    if told["state"] not in OPEN:
        return news  # which the last event says
    if told["state"] != before["state"] or told["attempts"] != before["attempts"]:
        news.append(_event("state", {"job": told}))
    elif (told["position"], told["duration"]) != (before["position"], before["duration"]):
        news.append(_event("progress", {"position": told["position"], "duration": told["duration"]}))
    return news


def _same(old: Cues, new: Cues) -> int:
    """How many cues are the same from the first one on."""
    return next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
