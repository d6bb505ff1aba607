"""What one check has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One fact of a deployment."""

    check: str
    """What was looked at, in a word or two."""
    status: Status
    """``error`` keeps jobs from working; ``warning`` does not."""
    message: str
    advice: str = ""
    """One line that says what to do; empty where all is well."""


def ok(check: str, message: str) -> CheckResult:
    """All is well."""
    return CheckResult(check=check, status="ok", message=message)


def warning(check: str, message: str, advice: str) -> CheckResult:
    """Jobs work, but not as well or as safely as they could."""
    return CheckResult(check=check, status="warning", message=message, advice=advice)


def error(check: str, message: str, advice: str) -> CheckResult:
    """Jobs do not work."""
    return CheckResult(check=check, status="error", message=message, advice=advice)
