"""The output of a command: standard output holds the answer alone, although Airflow logs there as well."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

STDOUT, STDERR = 1, 2
BAR = 30
"""Characters of a progress bar."""
_own: list[TextIO] = []
"""Where answers go within ``own_stdout``."""


def say(*parts: object, sep: str = " ", end: str = "\n") -> None:
    """Print a part of the answer."""
    print(*parts, sep=sep, end=end, file=_own[-1] if _own else sys.stdout)


def bar(percent: float) -> str:
    """A share of work as a bar."""
    done = round(BAR * percent / 100)
    return f"[{'#' * done}{'-' * (BAR - done)}]"


@contextmanager
def own_stdout() -> Iterator[None]:
    """Keep standard output for answers within the block; whatever else is written there goes to standard error instead."""
    if not _is_stdout_real():
        yield
        return
    shared = sys.stdout
    shared.flush()
    with os.fdopen(os.dup(STDOUT), "w", encoding=shared.encoding, errors=shared.errors) as own:
        _own.append(own)
        # Loggers of Airflow hold the file that was stdout when they were made, or take the one of the moment: both are turned.
        os.dup2(STDERR, STDOUT)
        sys.stdout = sys.stderr
        try:
            yield
        finally:
            shared.flush()
            sys.stdout = shared
            os.dup2(own.fileno(), STDOUT)
            _own.pop()


def _is_stdout_real() -> bool:
    try:
        return sys.stdout.fileno() == STDOUT
    except (OSError, ValueError):
        return False
