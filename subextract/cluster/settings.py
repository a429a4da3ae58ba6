"""Which settings the cluster has, besides those of reading a video."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from subextract.cluster.addresses import spelled
from subextract.options import PREFIX, Metavar, MiB, Seconds, Section, in_one_sentence

_Place = Annotated[str | None, BeforeValidator(spelled), Metavar("PLACE")]

INDEX = "index"  # the folder below --out where the index is unless another place was named


class Clustering(Section):
    """Where videos and results lie, and how the machines are used."""

    prefix: ClassVar[str] = f"{PREFIX}CLUSTER_"
    table: ClassVar[str | None] = "cluster"

    out: _Place = Field(
        None, description="Write below this folder or s3://bucket/folder, in the same tree as the videos. Required."
    )
    index: _Place = Field(
        None, description="Keep the index there, one Parquet row per video. Default: the folder 'index' below --out."
    )
    cues_index: _Place = Field(
        None, description="Also keep an index of all cues there, one Parquet row per cue, to search what is written."
    )
    root: _Place = Field(None, description="Leave this beginning out of the paths of a list when results are named.")
    address: Annotated[str | None, Metavar("ADDRESS")] = Field(
        None,
        description="Cluster to use: auto, or ray://HOST:10001. Default: this machine alone.",
    )
    cpus_per_video: int = Field(2, ge=1, description="Number of cores that one video gets.")
    readers: int = Field(
        1, ge=1, description="Number of processes that read with the model of hunyuan, server or cascade."
    )
    gpus_per_reader: Annotated[float, Metavar("N")] = Field(
        1, ge=0, description="Number of GPUs that each of them gets."
    )
    together: int = Field(4, ge=1, description="Number of videos whose lines a reader takes together.")
    copy_videos: bool = Field(
        False,
        description="Copy each video to the disk of its machine first instead of reading it through the network.",
    )
    long_hours: Annotated[float, Metavar("HOURS")] = Field(
        2, gt=0, description="Hours from which on a video is scanned in parts by several machines."
    )
    retry_errors: bool = Field(False, description="Also take the videos that ended with an error last time.")
    dry_run: bool = Field(False, description="Only say what there is to do, and what it will cost by ten videos.")
    stall: Seconds = Field(
        600, gt=0, description="Seconds without progress after which the process of a video is ended."
    )
    limit: Seconds = Field(86_400, gt=0, description="Maximum seconds for one video.")
    memory: MiB = Field(4096, ge=0, description="Memory limit per video in MiB; 0 means no limit.")
    object_store: Annotated[int | None, Metavar("MIB")] = Field(
        None, ge=80, description="MiB of memory for what passes between the stages, on this machine alone."
    )

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)
