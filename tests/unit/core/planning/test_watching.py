"""Which unit decodes a foretold video first."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.planning.plan import make_plan
from airflow_provider_media.core.planning.watching import decodes_all
from airflow_provider_media.core.plans import Watch
from airflow_provider_media.core.workflows.model import Workflow
from tests.planned import SOURCE, media

FILM = {"kind": "transcode"}
LADDER = {"kind": "ladder"}
SHOTS = {"kind": "snapshots", "at": [1]}
PARTIAL = [
    {"kind": "transcode", "video": "copy"},
    {"kind": "transcode", "video": "drop"},
    {"kind": "transcode", "container": "m4a"},
    {"kind": "transcode", "trim": {"start": 1}},
    {"kind": "transcode", "required": False},
    {"kind": "ladder", "required": False},
    {"kind": "sprites", "every": "1s"},
    SHOTS,
]


def workflow(**outputs):
    return Workflow.model_validate({"name": "w", "output": {"path": "{output}_{number}.{format}"}, "outputs": outputs})


def planned(**outputs):
    return make_plan(workflow(**outputs), replace(media(), foretold=True), source=SOURCE, tools="t")


@pytest.mark.parametrize("outputs", [{"film": FILM}, {"stream": LADDER}, {"shots": SHOTS, "film": FILM}, {"film": FILM, "stream": LADDER}])
def test_one_required_unit_watches(outputs):
    assert decodes_all(workflow(**outputs).outputs.values())
    plan = planned(**outputs)
    assert [unit.watch for unit in plan.units if unit.watch] == [Watch(stream=0, frames=250)]
    assert all(unit.required for unit in plan.units if unit.watch)


@pytest.mark.parametrize("output", PARTIAL)
def test_output_that_need_not_decode_all_watches_nothing(output):
    assert not decodes_all(workflow(part=output).outputs.values())
    with pytest.raises(ValueError, match="no unit decodes it"):
        planned(part=output)


def test_two_passes_watch_in_the_first():
    (unit,) = planned(film={"kind": "transcode", "video": {"passes": 2, "bitrate": 1_000_000}}).units
    assert unit.watch
    assert len(unit.commands) == 2


def test_plan_holds_facts_that_are_confirmed_when_they_are_published():
    plan = planned(film=FILM, report={"kind": "probe_report"})
    assert not plan.media.foretold
    assert '"foretold": false' in plan.documents[0].content


def test_decoded_source_is_watched_by_nobody():
    plan = make_plan(workflow(film=FILM), media(), source=SOURCE, tools="t")
    assert [unit.watch for unit in plan.units] == [None]


def test_watching_changes_no_content_key():
    decoded = make_plan(workflow(film=FILM), media(), source=SOURCE, tools="t")
    assert [unit.key for unit in planned(film=FILM).units] == [unit.key for unit in decoded.units]
