"""Calling a command: its answer alone on stdout, errors for people and logs on stderr, and the exit code."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from airflow_provider_media.core.errors import MediaError

STDOUT, STDERR = 1, 2
INTERRUPTED = 130
"""Exit code of what Ctrl-C has ended: 128 and the number of its signal, as shells have it."""


def call(module: str, args: argparse.Namespace) -> None:
    """Run a command's module.

    :raises SystemExit: with the command's exit code, or the one of the error it ended with, unless that is 0.
    """
    with own_stdout():
        code = _run(module, args)
    if code:
        sys.exit(code)


def _run(module: str, args: argparse.Namespace) -> int:
    try:
        return int(import_module(module).run(args))
    except MediaError as error:
        _print_error(error, as_json=getattr(args, "json", False))
        return error.exit_code
    except KeyboardInterrupt:
        print(file=sys.stderr)  # a progress bar has left its line open
        return INTERRUPTED


@contextmanager
def own_stdout() -> Iterator[None]:
    """Keep stdout for what is printed within the block; Airflow logs there as well, and what it writes goes to stderr instead."""
    if not _is_stdout_real():
        yield
        return
    before = sys.stdout
    before.flush()
    saved = os.dup(STDOUT)
    # A logger holds the file that was stdout when it was made, so only the descriptor behind it can be turned.
    os.dup2(STDERR, STDOUT)
    sys.stdout = os.fdopen(saved, "w", encoding=before.encoding, errors=before.errors, buffering=1)
    try:
        yield
    finally:
        before.flush()
        sys.stdout.flush()
        os.dup2(saved, STDOUT)
        sys.stdout.close()
        sys.stdout = before


def _is_stdout_real() -> bool:
    try:
        return sys.stdout.fileno() == STDOUT
    except (OSError, ValueError):
        return False


def _print_error(error: MediaError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": error.to_json()}, indent=2, ensure_ascii=False))
    else:
        print(f"{error.code}: {error}", file=sys.stderr)
