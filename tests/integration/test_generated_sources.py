"""Hundreds of random sources, each taken through a whole job, whose outputs are held against a plain decoding of the
source.

``MEDIA_DRAWS`` says how many, ``MEDIA_SEED`` the first one's seed: a failure is repeated by ``MEDIA_SEED=<its seed>
MEDIA_DRAWS=1``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.drawing import draw
from tests.draws import Draw
from tests.jobs import run_job, side_by_side
from tests.judge import truth_of
from tests.judging import complaints
from tests.sources import make_source

pytestmark = pytest.mark.integration

FIRST = int(os.environ.get("MEDIA_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("MEDIA_DRAWS", "200")))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Future[list[str]]]]:
    folder = tmp_path_factory.mktemp("draws")
    with side_by_side(lambda seed: verdict(draw(seed), folder / str(seed)), SEEDS) as futures:
        yield futures


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_of_a_draw_equal_its_source(seed: int, verdicts: Mapping[int, Future[list[str]]]) -> None:
    found = verdicts[seed].result()
    assert not found, "\n".join([f"seed {seed}: {draw(seed)}", *found])


def verdict(made: Draw, folder: Path) -> list[str]:
    """Make a draw's source, run its workflow, and answer with all that is wrong."""
    try:
        source = make_source(made, folder)
        outcome = run_job(source, folder, made.outputs, integrity=made.integrity)
        judge = truth_of(made, source)
        if outcome.error is None:
            return complaints(judge, outcome)
        refused = bool(made.damage) and outcome.code.startswith("source_")
        can_be_played = judge.truth.has_picture or judge.truth.has_sound
        if refused and not (made.integrity == "tolerant" and can_be_played):
            return []
        return [f"{outcome.code}: {outcome.error}"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
