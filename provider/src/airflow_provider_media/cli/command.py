"""Definition of a command as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a command."""

    flags: tuple[str, ...]
    """``("--json",)``, or one bare word for a positional argument."""
    help: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of ``add_argument``: action, nargs, metavar, default, required, type, choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliCommand:
    """One command and the module that runs it."""

    name: str
    help: str
    module: str
    """Module with ``run(args: argparse.Namespace) -> int``, imported when the command is called.

    The returned number is the exit code.
    """
    arguments: tuple[Argument, ...]
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Commands under a common name."""

    name: str
    help: str
    commands: tuple[CliCommand, ...]


JSON = Argument(flags=("--json",), help="print JSON", options={"action": "store_true"})
