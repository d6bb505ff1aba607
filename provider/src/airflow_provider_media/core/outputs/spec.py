"""Common parts of all specs."""

from __future__ import annotations

import difflib
import string
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Fit = Literal["stretch", "pad", "crop", "blur"]
"""How a picture fills a frame of another shape: distorted, with bars, cropped, or over a Gaussian blur of itself."""

Dimension = Annotated[
    int,
    Field(
        ge=16,
        le=8192,
        description="Pixels; odd numbers are made even where the codec needs it.",
        json_schema_extra={"x-unit": "px"},
    ),
]
BitRate = Field(json_schema_extra={"x-unit": "bit/s"})
Seconds = Field(json_schema_extra={"x-unit": "s"})
FramesPerSecond = Field(json_schema_extra={"x-unit": "frames/s"})
Hertz = Field(json_schema_extra={"x-unit": "Hz"})
Lufs = Field(json_schema_extra={"x-unit": "LUFS"})
"""Units of fields, which forms show beside them."""
NAME_RULE = "Lower case letters, digits, - and _."
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description=NAME_RULE)]

TEMPLATE_VARIABLES: dict[str, str] = {
    "input_dir": "folder of the source's key, ending in / unless empty",
    "input_name": "file name of the source without its extension",
    "input_format": "extension of the source's file name, as it is written",
    "output": "name of the output",
    "preset": "preset of the output, or its name where it has none",
    "number": "number of a picture in its series",
    "format": "extension of what is made",
    "width": "pixels",
    "height": "pixels",
    "workflow": "name of the workflow",
    "job_id": "id of the job",
}
"""Variables of path templates, and their meanings."""


def check_template(template: str) -> str:
    """Return a path template unchanged if it can only make keys below its location.

    :raises ValueError: with the unknown variable, or the part that would leave the location.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        raise ValueError(
            f"{template!r} has a brace without its partner; variables are written {{input_name}}"
        ) from None
    for _, variable, notation, conversion in parts:
        if variable is not None:
            _check_variable(variable, plain=not notation and not conversion)
    if any(ord(character) < 32 or character in '\\"\x7f' for character in template):
        raise ValueError(f"{template!r} holds a backslash, a quote or a control character; folders are divided by /")
    if not template or {"", ".", ".."} & set(template.removesuffix("/").split("/")):
        raise ValueError(
            f"{template!r} is empty, begins with / or has an empty folder, . or ..: keys stay below their location"
        )
    return template


def _check_variable(variable: str, *, plain: bool) -> None:
    if variable in TEMPLATE_VARIABLES and plain:
        return
    if variable in TEMPLATE_VARIABLES:
        raise ValueError(f"{{{variable}}} is written without : and !")
    close = difflib.get_close_matches(variable, TEMPLATE_VARIABLES, n=1)
    hint = f" Did you mean {{{close[0]}}}?" if close else ""
    raise ValueError(f"{{{variable}}} is not a variable; allowed: {', '.join(TEMPLATE_VARIABLES)}.{hint}")


PathTemplate = Annotated[str, Field(max_length=1024), AfterValidator(check_template)]
"""Template of an object key below the output location."""


class Spec(BaseModel):
    """A frozen, strict piece of configuration: unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class OutputSpec(Spec):
    """One wanted output of a workflow."""

    required: bool = True
    """Whether the job fails if this output fails; a failed optional output is left out and named in the manifest."""
    path: PathTemplate | None = None
    """Template of the key below the output location, such as ``{input_dir}{input_name}_{preset}_{number}.{format}``."""
    kind: str
    """Name of the output kind; each spec states its own."""


class PictureSize(Spec):
    """The frame to which pictures are scaled: one given side keeps the aspect ratio, two given sides need a fit."""

    width: Dimension | None = None
    height: Dimension | None = None
    fit: Fit = "pad"
    """How the picture fills the frame when both sides are given."""
