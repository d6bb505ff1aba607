"""Timestamps of the state language: RFC 3339 with upper-case ``T`` and ``Z``, to the nanosecond."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def nanoseconds(text: object) -> int | None:
    """Return a timestamp's nanoseconds since 1970; ``None`` for other texts (states-language.net, "Timestamps")."""
    form = _FORM.fullmatch(text) if isinstance(text, str) else None
    if form is None:
        return None
    seconds, fraction, zone = form.groups()
    try:
        moment = datetime.fromisoformat(seconds + ("+00:00" if zone == "Z" else zone))
    except ValueError:
        return None
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))


def moment(text: object) -> datetime | None:
    """Return the moment of a timestamp, to the microsecond; ``None`` when the text is no timestamp."""
    count = nanoseconds(text)
    try:
        return None if count is None else _EPOCH + timedelta(microseconds=count // 1000)
    except OverflowError:
        return None  # an offset leads out of the years 1 to 9999


def text(when: datetime) -> str:
    """Return a moment as Step Functions writes it: UTC with milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
