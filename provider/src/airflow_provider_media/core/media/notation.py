"""The notations of workflows: times such as ``3.5s``, ``10%`` or a timecode, sizes such as ``24px`` or ``10%``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_SECONDS = re.compile(r"(-?\d+(?:\.\d+)?)\s*s?", re.ASCII)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%", re.ASCII)
_TIMECODE = re.compile(r"(-?)(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6})|([:;])(\d{1,3}))?", re.ASCII)
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)\s*(px|%)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Offset:
    """A point or a length of time; its seconds depend on a duration and a frame rate."""

    value: Fraction
    unit: Literal["seconds", "percent"]
    frames: int | None = None
    """Frames on top of the seconds: the last group of a timecode such as ``00:00:05:12``, with the seconds' sign."""
    drop: bool = False
    """Whether the timecode is drop-frame: it skips numbers to stay with the clock, as in ``00:00:05;12``."""

    def seconds(self, duration: float, frame_rate: Fraction | None = None) -> float:
        """Return the seconds from the start; negative offsets count from the end.

        :param duration: seconds of the media in which the offset lies.
        :param frame_rate: frames per second, for timecodes that count frames.
        """
        if self.unit == "percent":
            return float(self.value) * duration / 100
        seconds = float(self.value if self.frames is None else self._counted(frame_rate or Fraction(25)))
        return duration + seconds if self.negative else seconds

    @property
    def negative(self) -> bool:
        """Whether the offset counts from the end."""
        return self.value < 0 or (self.frames or 0) < 0

    def _counted(self, rate: Fraction) -> Fraction:
        """Return the seconds of a timecode (SMPTE ST 12-1).

        A timecode numbers 30 frames where 29.97 are shown, and so lags behind the clock.
        """
        frames = self.frames or 0
        if rate.denominator != 1001:
            return self.value + frames / rate
        number = abs(self.value) * round(rate) + abs(frames)
        if self.drop:
            # Drop-frame timecode skips the first two of 30 numbers in each minute but every tenth.
            minutes = abs(self.value) // 60
            number -= round(rate / 15) * (minutes - minutes // 10)
        return (-number if self.negative else number) / rate

    def __str__(self) -> str:
        if self.unit == "percent":
            return f"{_decimal(self.value)}%"
        if self.frames is None:
            return f"{_decimal(self.value)}s"
        hours, rest = divmod(int(abs(self.value)), 3600)
        mark, sign = ";" if self.drop else ":", "-" if self.negative else ""
        return f"{sign}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}{mark}{abs(self.frames):02d}"


@dataclass(frozen=True, slots=True)
class Length:
    """A length in pixels, or in percent of the picture on which it lies."""

    value: float
    unit: Literal["px", "%"]

    def pixels(self, whole: int) -> int:
        """Return the pixels on a picture of ``whole`` pixels."""
        return round(self.value * whole / 100 if self.unit == "%" else self.value)

    def __str__(self) -> str:
        return f"{_decimal(Fraction(str(self.value)))}{self.unit}"


def _decimal(value: Fraction) -> str:
    """Return all digits without an exponent, so that the text reads back as the same value."""
    text = f"{Decimal(value.numerator) / value.denominator:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_offset(value: Any) -> Offset:
    """Read ``5``, ``"3.5s"``, ``"10%"``, ``"00:01:02.5"``, or a timecode that counts frames.

    Such a timecode is ``"00:00:05:12"`` or ``"00:00:05;12"``.

    :raises ValueError: for anything else.
    """
    if isinstance(value, Offset):
        return value
    text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if match := _PERCENT.fullmatch(text):
        if (percent := Fraction(match[1])) <= 100:
            return Offset(percent, "percent")
        raise ValueError(f"{text} lies beyond 100%")
    if match := _SECONDS.fullmatch(text):
        return Offset(Fraction(match[1]), "seconds")
    if match := _TIMECODE.fullmatch(text):
        sign, whole = -1 if match[1] else 1, int(match[2]) * 3600 + int(match[3]) * 60 + int(match[4])
        seconds = whole + (Fraction(f"0.{match[5]}") if match[5] else 0)
        return Offset(
            Fraction(sign * seconds), "seconds", sign * int(match[7]) if match[7] else None, drop=match[6] == ";"
        )
    raise ValueError(
        f"{value!r} is no time: write seconds (3.5 or 3.5s), percent (10%) or a timecode (00:01:02.5, 00:01:02:12)"
    )


def parse_length(value: Any) -> Length:
    """Read ``24``, ``"24px"`` or ``"10%"``.

    :raises ValueError: for anything else.
    """
    if isinstance(value, Length):
        return value
    text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if match := _LENGTH.fullmatch(text):
        return Length(float(match[1]), "%" if match[2] == "%" else "px")
    raise ValueError(f"{value!r} is no length: write pixels (24 or 24px) or percent of the picture (10%)")


def parse_frame_rate(value: Any) -> Fraction:
    """Read ``25``, ``29.97`` or ``"30000/1001"``; the NTSC decimals mean their exact ratios.

    :raises ValueError: for anything else, and for rates outside 1 to 240.
    """
    ntsc = {
        "23.976": Fraction(24000, 1001),
        "23.98": Fraction(24000, 1001),
        "29.97": Fraction(30000, 1001),
        "59.94": Fraction(60000, 1001),
    }
    try:
        rate = ntsc.get(str(value)) or Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{value!r} is no frame rate: write 25, 29.97 or 30000/1001") from None
    if not 1 <= rate <= 240:
        raise ValueError(f"a frame rate of {value} is outside 1 to 240")
    return rate


def _field(parse: Any, example: list[str]) -> Any:
    return (
        BeforeValidator(parse),
        PlainSerializer(str, return_type=str),
        WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}], "examples": example}),
    )


OffsetField = Annotated[Offset, *_field(parse_offset, ["3.5s", "10%", "00:01:02.5"])]
LengthField = Annotated[Length, *_field(parse_length, ["24px", "10%"])]
FrameRateField = Annotated[Fraction, *_field(parse_frame_rate, ["25", "30000/1001"])]
