"""Media processing that a machine in Tencent's dialect asks for is done by this engine, with a real clip."""

import pytest

from airflow_provider_media.operators.states.integrations import Work, invoke
from tests import media

pytestmark = pytest.mark.integration


def call(what, arguments):
    return invoke(f"qrn:qcs:asw:::sdk:json:qcloud:{what}", arguments, {}, Work(id="x"))


def test_media_is_processed_here_and_its_task_is_finished_at_once(tmp_path, monkeypatch):
    media.clip(tmp_path / "in" / "clip.mp4", width=320, height=180, seconds=2)
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "work"))
    from airflow_provider_media.operators.states import mps

    # Local files stand in for a bucket.
    monkeypatch.setattr(mps, "source_of", lambda _: f"file://{tmp_path}/in/clip.mp4")
    monkeypatch.setattr(mps, "location_of", lambda _: f"file://{tmp_path}/out/")
    task = {
        "TranscodeTaskSet": [{"Definition": 10, "EndTimeOffset": 1}],
        "SampleSnapshotTaskSet": [{"Definition": 10}],
        "ImageSpriteTaskSet": [{"Definition": 10}],
    }
    started = call("mps:ProcessMedia", {"InputInfo": {}, "MediaProcessTask": task})
    detail = call("mps:DescribeTaskDetail", {"TaskId": started["TaskId"]})
    assert detail["Status"] == detail["WorkflowTask"]["Status"] == "FINISH"
    results = {one["Type"]: one for one in detail["WorkflowTask"]["MediaProcessResultSet"]}
    assert results["Transcode"]["TranscodeTask"]["Output"]["Path"].endswith("/clip_transcode_10.mp4")
    assert len(results["SampleSnapshot"]["SampleSnapshotTask"]["Output"]["ImagePathSet"]) == 10
    assert results["ImageSprites"]["ImageSpriteTask"]["Output"]["WebVttPath"].endswith(".vtt")
