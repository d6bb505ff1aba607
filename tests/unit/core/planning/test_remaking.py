"""Some artifacts of a plan are made again alone, in the way that their content keys stand for."""

import pytest

from airflow_provider_media.core.planning.plan import artifact_keys, make_plan
from airflow_provider_media.core.planning.remaking import units_of_keys
from tests.planned import SOURCE, audio, media, video, workflow

FILM = {"kind": "transcode"}
POSTER = {"kind": "snapshots", "at": ["1s"]}
LADDER = {"kind": "ladder", "renditions": [{"short_side": side, "max_bitrate": 50_000 * side} for side in (180, 360)]}
FACTS = {"source": SOURCE, "tools": "t"}


def keys_of(*units):
    return {key for unit in units for key in unit.keys}


@pytest.mark.parametrize("beside", [{}, {"film": FILM, "stream": LADDER}])
def test_remaking_keeps_the_way_of_each_key(beside):
    wanted, facts = workflow({"poster": POSTER, **beside}), media(video(), audio())
    keys = artifact_keys(wanted, facts, **FACTS)
    for key in keys:
        (unit,) = units_of_keys([key], wanted, facts, required=True, **FACTS)
        assert keys_of(unit) == {key}


def test_remaking_groups_missing_artifacts_into_one_unit():
    wanted, facts = workflow({"film": FILM, "poster": POSTER, "stream": LADDER}), media(video(), audio())
    (whole,) = make_plan(wanted, facts, **FACTS).units
    missing = whole.keys[:2]
    (unit,) = units_of_keys(missing, wanted, facts, required=True, **FACTS)
    assert keys_of(unit) == set(missing)
    assert set(unit.artifacts) < set(whole.artifacts)
    assert unit.cost < whole.cost


def test_remaking_finds_no_artifact_of_other_tools():
    wanted, facts = workflow({"film": FILM}), media(video(), audio())
    (unit,) = make_plan(wanted, facts, **FACTS).units
    assert units_of_keys(unit.keys, wanted, facts, required=True, source=SOURCE, tools="newer") == []
