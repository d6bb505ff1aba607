"""Watermarks: an image or a text laid over pictures."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from airflow_provider_media.core.media.notation import Length, LengthField, OffsetField
from airflow_provider_media.core.outputs.spec import Spec

Corner = Literal["top_left", "top_right", "bottom_left", "bottom_right", "center"]


class Watermark(Spec):
    """An image or a text over the picture; exactly one of ``image`` and ``text`` is given."""

    image: str | None = None
    """URI of a PNG, JPEG or WebP picture."""
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Text to show, in any script and direction; drawn literally, without interpretation."""
    corner: Corner = "top_right"
    """Corner of the picture from which ``x`` and ``y`` count."""
    x: LengthField = Length(2, "%")
    """Distance from the corner's vertical side, in px or % of the picture's width."""
    y: LengthField = Length(2, "%")
    """Distance from the corner's horizontal side, in px or % of the picture's height."""
    size: LengthField = Length(10, "%")
    """Width of an image in px or % of the picture's width; height of a line of text in px or % of the picture's height.
    Up to 100% or 8192px."""
    opacity: Annotated[float, Field(gt=0, le=1)] = 1.0
    """From nearly invisible (above 0) to opaque (1)."""
    color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#ffffff"
    """Colour of a text, in quotes, such as ``"#ffffff"``."""
    font: str | None = None
    """URI of a TrueType or OpenType font with all letters of the text. When absent, Roboto (Latin, Greek, Cyrillic) and
    Noto: Chinese, Japanese, Korean, Arabic, Hebrew, Thai, Devanagari, Bengali, Gujarati, Gurmukhi, Kannada, Malayalam,
    Oriya, Sinhala, Tamil, Telugu, Khmer, Lao, Myanmar, Armenian, Georgian, Ethiopic, symbols and emoji, in any
    mixture."""
    start: OffsetField | None = None
    """When it appears; from the beginning when absent. Negative counts from the end."""
    end: OffsetField | None = None
    """When it disappears; at the end when absent."""

    @model_validator(mode="after")
    def _image_or_text(self) -> Self:
        if (self.image is None) == (self.text is None):
            raise ValueError("a watermark is either an image or a text: give exactly one of image and text")
        if self.text is not None and not self.text.strip():
            raise ValueError("text holds nothing but spaces: write what is to be seen")
        return self

    @field_validator("size")
    @classmethod
    def _size_can_be_seen(cls, size: Length) -> Length:
        most = 100 if size.unit == "%" else 8192
        if not 0 < size.value <= most:
            raise ValueError(f"{size} is no size: write more than 0 and at most {most}{size.unit}")
        return size
