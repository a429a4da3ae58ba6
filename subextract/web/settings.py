"""Which settings the page of a review has, and which the service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from subextract.options import PREFIX, Section, in_one_sentence


class Page(Section):
    """How the page of a review is served."""

    prefix: ClassVar[str] = f"{PREFIX}PAGE_"
    table: ClassVar[str | None] = "page"

    port: int = Field(0, ge=0, le=65_535, description="Port on this machine for the page; 0 means any free port.")
    browser: bool = Field(True, description="Open the page in a browser.")

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)


def _several(value: object) -> object:
    """Folders or names that are written one after the other, as in PATH, or are a list."""
    parts = value if isinstance(value, list | tuple) else [value]
    return tuple(
        word for part in parts for word in (part.split(os.pathsep) if isinstance(part, str) else [part]) if word
    )


def _absolute(path: Path | None) -> Path | None:
    return path and Path(os.path.abspath(path.expanduser()))


def _folders(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    for path in paths:
        if not path.expanduser().is_dir():
            raise ValueError(f"{path} is no folder; make it first, or mount its disk")
    return tuple(Path(os.path.realpath(path.expanduser())) for path in paths)


def _somewhere(host: str) -> str:
    if not host.strip():  # which the system takes for every address of this machine
        raise ValueError("the address is empty; 127.0.0.1 is this machine alone, 0.0.0.0 every address")
    return host


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


class Service(Section):
    """How jobs are taken over HTTP, and worked on."""

    prefix: ClassVar[str] = f"{PREFIX}SERVE_"
    table: ClassVar[str | None] = "serve"

    host: Annotated[str, AfterValidator(_somewhere)] = Field(
        "127.0.0.1", description="Listen at this address; 0.0.0.0 is every address of this machine."
    )
    port: int = Field(8642, ge=0, le=65_535, description="Listen at this port; 0: any free one.")
    data: Annotated[Path | None, AfterValidator(_absolute)] = Field(
        None, description="The folder for the ledger, what is sent, and what comes of it; on a local disk."
    )
    roots: Annotated[tuple[Path, ...], BeforeValidator(_several), AfterValidator(_folders)] = Field(
        (),
        description="Also take paths of videos below this folder; several times for several.",
        json_schema_extra={"several": True},
    )
    token_file: Annotated[Path | None, AfterValidator(_absolute)] = Field(
        None, description="The file with the token that everybody needs; made where there is none. Default: in --data."
    )
    names: Annotated[tuple[str, ...], BeforeValidator(_several), AfterValidator(_lower)] = Field(
        (),
        description="A further name by which the server is reached, as that of a proxy; several times for several.",
        json_schema_extra={"several": True},
    )
    jobs: int = Field(1, ge=1, description="How many videos are read at the same time.")
    queue: int = Field(100, ge=1, description="How many jobs may wait; further ones are sent away.")
    uploads: int = Field(4, ge=1, description="How many videos may be sent at the same time.")
    largest: int = Field(8192, ge=1, description="MiB that a video which is sent may have.")
    keep_days: float = Field(
        30,
        ge=0,
        description="Delete jobs with all their files this many days after their end or the last change; 0: never.",
    )
    retries: int = Field(1, ge=0, description="How often a video is tried again when its reader crashes or hangs.")
    pause: float = Field(
        10, gt=0, le=86_400, description="The seconds before the first retry; then four times as long each time."
    )
    stall: float = Field(600, gt=0, description="A video whose reading makes no progress for this many seconds hangs.")
    limit: float = Field(86_400, gt=0, description="No reading of one video may take more seconds than this.")
    memory: int = Field(4096, ge=0, description="MiB of memory that the reading of one video may use; 0: any.")
    log: Literal["text", "json"] = Field("text", description="How each line of the log is written: text or json.")

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)
