"""How many videos are worked on at once, and how much each may take: what a watch and a service set alike."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from subextract.options.sections import MiB, Seconds, Section, in_one_sentence


class Limits(Section):
    """The limits of the processes that read videos, and the form of the log that tells of them."""

    jobs: int = Field(1, ge=1, description="Number of videos to process at the same time.")
    retries: int = Field(3, ge=0, description="Number of retries before a video is marked as failed.")
    pause: Seconds = Field(
        60, gt=0, le=86_400, description="Seconds before the first retry; each further pause is four times as long."
    )
    stall: Seconds = Field(
        600, gt=0, description="Seconds without progress after which the process of a video is ended."
    )
    limit: Seconds = Field(86_400, gt=0, description="Maximum seconds for one video.")
    memory: MiB = Field(4096, ge=0, description="Memory limit per video in MiB; 0 means no limit.")
    log: Literal["text", "json"] = Field("text", description="Log format: text or json.")

    @model_validator(mode="wrap")
    @classmethod
    def _in_one_sentence(cls, values: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        return in_one_sentence(cls, values, handler, info)
