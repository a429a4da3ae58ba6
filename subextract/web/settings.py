"""Which settings the page of a review has, and which the service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from subextract.options import PREFIX, Limits, Metavar, MiB, Seconds, Section, absolute, in_one_sentence


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


class Service(Limits):
    """How jobs are taken over HTTP, and worked on."""

    prefix: ClassVar[str] = f"{PREFIX}SERVE_"
    table: ClassVar[str | None] = "serve"

    host: Annotated[str, AfterValidator(_somewhere)] = Field(
        "127.0.0.1", description="Address to listen on; 0.0.0.0 means every address of this machine."
    )
    port: int = Field(8642, ge=0, le=65_535, description="Port to listen on; 0 means any free port.")
    data: Annotated[Path | None, AfterValidator(absolute)] = Field(
        None, description="Folder for the ledger, uploaded videos and results. It must be on a local disk."
    )
    roots: Annotated[tuple[Path, ...], BeforeValidator(_several), AfterValidator(_folders)] = Field(
        (),
        description="Also accept paths of videos below this folder. Can be given several times.",
        json_schema_extra={"several": True},
    )
    token_file: Annotated[Path | None, AfterValidator(absolute)] = Field(
        None, description="File with the access token; created if it does not exist. Default: in --data."
    )
    names: Annotated[tuple[str, ...], BeforeValidator(_several), AfterValidator(_lower)] = Field(
        (),
        description="Additional host name of the server, such as that of a proxy. Can be given several times.",
        json_schema_extra={"several": True},
    )
    queue: int = Field(100, ge=1, description="Maximum number of waiting jobs; further ones are refused.")
    uploads: int = Field(4, ge=1, description="Maximum number of uploads at the same time.")
    largest: MiB = Field(8192, ge=1, description="Maximum size of an uploaded video in MiB.")
    keep_days: Annotated[float, Metavar("DAYS")] = Field(
        30,
        ge=0,
        description="Days after its end or last change when a job and its files are deleted; 0 means never.",
    )
    retries: int = Field(1, ge=0, description=Limits.model_fields["retries"].description)
    pause: Seconds = Field(10, gt=0, le=86_400, description=Limits.model_fields["pause"].description)
