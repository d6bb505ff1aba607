"""The page of dependencies, and the files that declare them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "dependencies.md"
TABLE = re.compile(r"(?<=<!-- dependencies -->\n).*?(?=<!-- /dependencies -->)", re.DOTALL)
REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+(?:\[[a-z0-9,]+\])?)([<>=][^#\s]*)")
IN_TOML = re.compile(r'"([^"\n]+)"[^"\n]*?#\s*(.+)')
FILES = ("requirements.txt", "requirements-providers.txt", "requirements-dev.txt")
"""Requirements files with requirements of their own; requirements-core.txt only names other files."""


class Dependency(NamedTuple):
    """One requirement, the part of the project that needs it, and the comment beside or above it."""

    requirement: str
    part: str
    reason: str


def dependencies() -> list[Dependency]:
    return [*of_distribution(), *(row for name in FILES for row in of_file(name))]


def of_distribution() -> Iterator[Dependency]:
    text = (ROOT / "provider/pyproject.toml").read_text()
    reasons = dict(IN_TOML.findall(text))
    project = tomllib.loads(text)["project"]
    parts = {"always": project["dependencies"]} | {
        f"extra `{name}`": rows for name, rows in project["optional-dependencies"].items()
    }
    for part, requirements in parts.items():
        for requirement in requirements:
            yield Dependency(requirement, part, reasons.get(requirement, ""))


def of_file(name: str) -> Iterator[Dependency]:
    """The requirements of a file. Several below one comment share it."""
    reason = ""
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("#"):
            reason = line.removeprefix("#").strip()
        elif REQUIREMENT.fullmatch(line):
            yield Dependency(line, f"`{name}`", reason)


def table() -> str:
    lines = ["| package | range | needed by | reason |", "|---|---|---|---|"]
    for requirement, part, reason in dependencies():
        name, limits = REQUIREMENT.fullmatch(requirement).groups()
        lines.append(f"| `{name}` | `{limits}` | {part} | {reason} |")
    return "\n".join(lines) + "\n"


def test_dependency_page_shows_every_requirement_with_range_and_reason():
    page = PAGE.read_text()
    if os.environ.get("UPDATE_GOLDEN"):
        page = TABLE.sub(lambda _: table(), page, count=1)
        PAGE.write_text(page)
    assert TABLE.search(page)[0] == table(), "run UPDATE_GOLDEN=1 python -m pytest tests/unit/test_dependencies.py"


def test_dependencies_all_have_a_reason():
    found = dependencies()
    assert len(found) > 40
    assert [row for row in found if not row.reason] == []


def test_dependencies_all_have_an_upper_limit_except_types():
    assert [
        row for row in dependencies() if "<" not in row.requirement and not row.requirement.startswith("types-")
    ] == []


def test_dependency_page_names_existing_modules_only():
    package = ROOT / "provider/src/airflow_provider_media"
    named = re.findall(r"`([a-z_]+/[\w/]+\.py)`", PAGE.read_text())
    assert len(named) > 25
    assert [name for name in named if not (package / name).exists() and not (ROOT / name).exists()] == []
