"""Output of a command: standard output holds only the answer, although Airflow logs there too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

STDOUT, STDERR = 1, 2
BAR = 30
"""Width of a progress bar, in characters."""
_own: list[TextIO] = []
"""Streams for answers, within ``own_stdout``."""


def say(*parts: object, sep: str = " ", end: str = "\n") -> None:
    """Print part of the answer."""
    print(*parts, sep=sep, end=end, file=_own[-1] if _own else sys.stdout)


def bar(percent: float) -> str:
    """Return a progress bar for a percentage."""
    done = round(BAR * percent / 100)
    return f"[{'#' * done}{'-' * (BAR - done)}]"


@contextmanager
def own_stdout() -> Iterator[None]:
    """Reserve standard output for the answer within the block; all other output goes to standard error."""
    if not _is_stdout_real():
        yield
        return
    shared = sys.stdout
    shared.flush()
    with os.fdopen(os.dup(STDOUT), "w", encoding=shared.encoding, errors=shared.errors) as own:
        _own.append(own)
        # Airflow's loggers hold either the stdout file of their creation or the current one: redirect both.
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


def quality_line(quality: Mapping[str, Any]) -> str:
    """Return the quality of one video as text.

    :param quality: as in the manifest.
    """
    video = dict.fromkeys((quality["output"], quality["rendition"]))
    worst = f"1st percentile {quality['first_percentile']:.1f}, worst frame {quality['minimum']:.1f}"
    return f"{quality['mean']:.1f} {' '.join(video)} ({worst}{', sampled' * quality['is_sampled']})"
