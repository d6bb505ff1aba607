"""Builds the console into the wheel; an editable installation leaves that to ``make venv``."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleHook(BuildHookInterface[Any]):
    """The step of the wheel's build that makes the console."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console, unless the wheel is an editable one."""
        if version != "editable":
            runpy.run_path(str(Path(self.root) / "console" / "build.py"))["build"]()
