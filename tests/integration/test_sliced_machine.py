"""The shipped machine that encodes slices side by side loses no frame and no sound where they meet."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang import execute
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from tests import media

pytestmark = pytest.mark.integration
MACHINE = json.loads((Path(__file__).parents[2] / "include" / "state_machines" / "sliced_transcode.json").read_text())


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "work"))
    return tmp_path


def call(resource, arguments, context=None):
    name = f"{context['State']['Name']}-{json.dumps(arguments, sort_keys=True)}" if context else "probe"
    return invoke(resource, arguments, context or {}, InvocationContext(id=str(abs(hash(name)))))


def facts(uri):
    return call("media:probe", {"source": uri})


@pytest.mark.parametrize("rate", ["25", "30000/1001"])
def test_what_was_sliced_is_whole_again(place, rate):
    clip = media.clip(place / "in" / "clip.mp4", width=320, height=180, seconds=4, rate=rate)
    given = {"source": f"file://{clip}", "location": f"file://{place}/out/", "height": 90, "slice_seconds": 1}
    ended = execute(MACHINE, given, invoke=call)
    assert ended.status == "SUCCEEDED", (ended.error, ended.cause)
    assert ended.output["slices"] == 4
    before, after = facts(given["source"]), facts(ended.output["film"])
    assert after["video"][0]["height"] == 90
    one_frame = 1 / float(Fraction(rate))
    assert abs(after["video"][0]["duration"] - before["video"][0]["duration"]) < 0.5 * one_frame
    assert abs(after["audio"][0]["duration"] - before["audio"][0]["duration"]) < 0.05
