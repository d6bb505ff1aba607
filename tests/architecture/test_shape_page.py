"""What the page of the shape claims as reached stays reached."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.shape import FIGURES, REACHED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "shape.md").read_text()
ROWS = dict(re.findall(r"^(\|.*`python tests/architecture/shape\.py ([a-z-]+)` \|)$", PAGE, re.MULTILINE))
CLAIMED = [figure for figure in FIGURES if any(REACHED in row and figure.name == name for row, name in ROWS.items())]


def test_shape_page_has_a_row_for_every_figure():
    assert list(ROWS.values()) == [figure.name for figure in FIGURES]


def test_shape_page_claims_the_goals_of_names_and_imports():
    assert {"class-names", "module-names", "import-circles", "functions"} <= {figure.name for figure in CLAIMED}


@pytest.mark.parametrize("figure", CLAIMED, ids=lambda figure: figure.name)
def test_shape_figure_claimed_as_reached_is_within_goal(figure):
    measured = figure.measure()
    assert figure.is_reached(), f"{figure.title}: {measured}, goal {figure.goal}\n" + "\n".join(measured.places)


def test_shape_script_prints_one_figure_with_its_places():
    argv = [sys.executable, "tests/architecture/shape.py", "noqa"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=110)
    count, *places = done.stdout.splitlines()
    assert int(count) == len(places)
