"""Result of one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One fact about a deployment."""

    check: str
    """Name of the checked part, in a word or two."""
    status: Status
    """``error`` keeps jobs from working; ``warning`` does not."""
    message: str
    advice: str = ""
    """The remedy in one line; empty when the check passed."""


def ok(check: str, message: str) -> CheckResult:
    """Return a passed check."""
    return CheckResult(check=check, status="ok", message=message)


def warning(check: str, message: str, advice: str) -> CheckResult:
    """Return a warning: jobs work, but not as well or as safely as they could."""
    return CheckResult(check=check, status="warning", message=message, advice=advice)


def error(check: str, message: str, advice: str) -> CheckResult:
    """Return an error: jobs do not work."""
    return CheckResult(check=check, status="error", message=message, advice=advice)
