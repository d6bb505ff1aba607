"""A distribution outside of the package, which adds rows to one of its tables by entry points."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


def write_distribution(folder: Path, module: str, source: str, group: str, *rows: str) -> None:
    """Write what pip would install of a distribution with one module.

    :param folder: the folder that becomes part of Python's path.
    :param module: name of the module and of the distribution.
    :param source: content of the module.
    :param group: group of the entry points.
    :param rows: names of the rows in the module, and of the entry points.
    """
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA.format(name=module))
    points = [f"{row.lower()} = {module}:{row}" for row in rows]
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *points, ""]))


def path_with(folder: Path) -> str:
    """Return Python's path with the distributions of a folder."""
    return os.pathsep.join([str(folder), *filter(None, sys.path)])


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the folder's distributions installed, and return its output and exit status."""
    environment = {**os.environ, "PYTHONPATH": path_with(folder)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
