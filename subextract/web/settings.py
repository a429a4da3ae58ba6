"""Which settings the page of a review has."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

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
