"""Which settings the watched folder has, besides those of reading a video."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from subextract import places
from subextract.options import PREFIX, Limits, Metavar, Seconds, absolute

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:]*):(?P<port>\d{1,5})")


def _address(value: str | None) -> str | None:
    found = _ADDRESS.fullmatch(value) if value else None
    if value and not (found and int(found["port"]) < 65_536):
        raise ValueError(f"{value!r} is not an address; write it like 127.0.0.1:9464")
    return value


class Watching(Limits):
    """How folders are watched."""

    prefix: ClassVar[str] = f"{PREFIX}WATCH_"
    table: ClassVar[str | None] = "watch"

    out: Annotated[Path | None, AfterValidator(absolute)] = Field(
        None, description="Write below this folder, in the same tree as the videos, instead of beside them."
    )
    interval: Seconds = Field(
        60, gt=0, description="Seconds between two scans of the folders. Network disks do not report changes."
    )
    settle: Seconds = Field(
        10, ge=0, description="Seconds without a change after which a video counts as completely copied."
    )
    ledger: Annotated[Path | None, AfterValidator(absolute)] = Field(
        None, description="Database file of the jobs. It must be on a local disk."
    )
    pattern: str = Field("*", description="Take only files whose name matches, such as '*.mkv'.")
    recursive: bool = Field(False, description="Scan subfolders, too.")
    extras: bool = Field(False, description="Process trailers, samples and other extras, too.")
    skip_existing: bool = Field(False, description="Ignore videos that are there when the watch starts.")
    if_soft: Literal["skip", "extract", "hard"] = Field(
        "skip",
        description="If a video already has a subtitle track in the language: skip the video, extract the track, or "
        "read the burned-in text (hard) anyway.",
    )
    if_pictures: Literal["skip", "extract", "hard"] | None = Field(
        None,
        description="The same for tracks of pictures, as on Blu-rays and DVDs. Default: --if-soft.",
    )
    metrics: Annotated[str | None, AfterValidator(_address), Metavar("ADDRESS")] = Field(
        None, description="Serve /metrics (Prometheus) and /healthz at this address, such as 127.0.0.1:9464."
    )
    on_done: str | None = Field(
        None, description="Report each finished video as JSON to this URL (POST) or command (standard input)."
    )


def ledger_path(chosen: Path | None) -> Path:
    """Where the ledger is: as chosen, or where the system or the user keep such files."""
    return chosen or places.state() / "jobs.db"
