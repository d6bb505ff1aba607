"""What every spec has in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Fit = Literal["stretch", "pad", "crop", "blur"]
"""How a picture fills a frame of another shape: distorted, with bars, cut off, or over a gaussian blur of itself."""

Dimension = Annotated[int, Field(ge=16, le=8192, description="Pixels; odd numbers are made even where the codec needs it.")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="Lower case letters, digits, - and _.")]


class Spec(BaseModel):
    """A frozen, strict piece of configuration: unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class OutputSpec(Spec):
    """One wanted output of a workflow."""

    required: bool = True
    """Whether the job fails when this output does; an optional output that fails is left out and named in the manifest."""
    path: str | None = None
    """Template of the object key below the output location, such as ``{input_dir}{input_name}_{preset}_{number}.{format}``."""


class PictureSize(Spec):
    """The frame that pictures are scaled to; one side given keeps the shape, both given need a fit."""

    width: Dimension | None = None
    height: Dimension | None = None
    fit: Fit = "pad"
    """How the picture fills the frame when both sides are given."""
