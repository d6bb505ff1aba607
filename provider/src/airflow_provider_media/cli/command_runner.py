"""Runs one command: answer on stdout, errors and logs on stderr, and the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module

from airflow_provider_media.cli.command_output import own_stdout, say
from airflow_provider_media.core.errors import MediaError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 plus the number of the signal, as in shells."""


def call(module: str, args: argparse.Namespace) -> None:
    """Run a command's module.

    :raises SystemExit: with the exit code of the command, or of the error that ended it, unless the code is 0.
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
        print(file=sys.stderr)  # a progress bar has left its line unfinished
        return INTERRUPTED


def _print_error(error: MediaError, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps({"error": error.to_json()}, indent=2, ensure_ascii=False))
    else:
        print(f"{error.code}: {error}", file=sys.stderr)
