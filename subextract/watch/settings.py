"""Which settings the watched folder has, besides those of reading a video."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from subextract import places
from subextract.options import PREFIX, Section, in_one_sentence

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:]*):(?P<port>\d{1,5})")


def _expanded(path: Path | None) -> Path | None:
    return path and Path(os.path.abspath(path.expanduser()))


def _address(value: str | None) -> str | None:
    found = _ADDRESS.fullmatch(value) if value else None
    if value and not (found and int(found["port"]) < 65_536):
        raise ValueError(f"{value!r} is not an address; write it like 127.0.0.1:9464")
    return value


class Watching(Section):
    """How folders are watched."""

    prefix: ClassVar[str] = f"{PREFIX}WATCH_"
    table: ClassVar[str | None] = "watch"

    out: Annotated[Path | None, AfterValidator(_expanded)] = Field(
        None, description="Write below this folder, in the same tree as the videos, instead of beside them."
    )
    jobs: int = Field(1, ge=1, description="How many videos are read at the same time.")
    interval: float = Field(
        60, gt=0, description="Look through the folders every so many seconds; network disks tell of no changes."
    )
    settle: float = Field(
        10, ge=0, description="A video is taken when it has not changed for so many seconds: it may still be copied."
    )
    ledger: Annotated[Path | None, AfterValidator(_expanded)] = Field(
        None, description="The file in which is noted what is done; on a local disk."
    )
    pattern: str = Field("*", description="Take only files whose name fits, like '*.mkv'.")
    recursive: bool = Field(False, description="Look into the folders inside, too.")
    extras: bool = Field(False, description="Read trailers, samples and other extras of films, too.")
    skip_existing: bool = Field(False, description="Leave alone what is there when the watch begins.")
    if_soft: Literal["skip", "extract", "hard"] = Field(
        "skip",
        description="Where a video has a soft subtitle track in the language already: skip it, extract that track, or "
        "read the burned-in text (hard) all the same.",
    )
    if_pictures: Literal["skip", "extract", "hard"] | None = Field(
        None,
        description="The same where that soft track holds pictures and no text, like those of Blu-rays and DVDs; as "
        "--if-soft says where this is not given.",
    )
    retries: int = Field(3, ge=0, description="Try a video so often again before it is set aside with its reason.")
    pause: float = Field(
        60, gt=0, le=86_400, description="Wait so many seconds before the first retry, four times as long each time."
    )
    stall: float = Field(600, gt=0, description="A video whose reading makes no progress for so many seconds hangs.")
    limit: float = Field(86_400, gt=0, description="No reading of one video may take more seconds than this.")
    memory: int = Field(4096, ge=0, description="MiB of memory that the reading of one video may use; 0: any.")
    metrics: Annotated[str | None, AfterValidator(_address)] = Field(
        None, description="Serve /metrics (Prometheus) and /healthz at this address, like 127.0.0.1:9464."
    )
    on_done: str | None = Field(
        None, description="Tell this URL (POST) or command (standard input) of every finished video, in JSON."
    )
    log: Literal["text", "json"] = Field("text", description="How each line of the log is written: text or json.")

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)


def ledger_path(chosen: Path | None) -> Path:
    """Where the ledger is: as chosen, or where the system or the user keep such files."""
    return chosen or places.state() / "jobs.db"
