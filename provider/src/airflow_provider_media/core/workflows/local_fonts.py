"""Font files of this machine that the check of a workflow looks into."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

FONT_BYTES = 64 * 1024**2
"""Largest font file that is read; one with all Chinese letters has some 20 MiB."""
_FOLDERS: ContextVar[tuple[Path, ...] | None] = ContextVar("font_folders", default=None)


@contextmanager
def fonts_only_below(folders: Iterable[Path]) -> Iterator[None]:
    """Let checks within the block look at files of these folders alone.

    A check of a text that anybody may send must not tell which files a server has.
    """
    token = _FOLDERS.set(tuple(folders))
    try:
        yield
    finally:
        _FOLDERS.reset(token)


def may_look_at(font: Path) -> bool:
    """Return whether a check may look at a file; never at a device, a pipe, or a file too large for a font."""
    folders = _FOLDERS.get()
    try:
        own = font.resolve()
    except (OSError, RuntimeError):  # links that lead to each other
        return False
    if folders is not None and not any(own.is_relative_to(folder) for folder in folders):
        return False
    try:
        found = own.stat()
    except OSError:  # the check says that the file cannot be read
        return True
    return stat.S_ISREG(found.st_mode) and found.st_size <= FONT_BYTES
