"""Calling a command: errors for people on stderr, for machines on stdout, and the exit code."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module

from airflow_provider_media.core.errors import MediaError


def call(module: str, args: argparse.Namespace) -> None:
    """Run a command's module.

    :raises SystemExit: with the command's exit code, or the one of the error it ended with, unless that is 0.
    """
    try:
        code = import_module(module).run(args)
    except MediaError as error:
        code = error.exit_code
        _print_error(error, as_json=getattr(args, "json", False))
    if code:
        sys.exit(code)


def _print_error(error: MediaError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": error.to_json()}, indent=2, ensure_ascii=False))
    else:
        print(f"{error.code}: {error}", file=sys.stderr)
