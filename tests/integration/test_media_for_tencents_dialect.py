"""Media processing that a machine in Tencent's dialect asks for is done by this engine, with a real clip."""

import re
import subprocess
from typing import NamedTuple

import pytest

from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from tests import media

pytestmark = pytest.mark.integration


def call(what, arguments):
    return invoke(f"qrn:qcs:asw:::sdk:json:qcloud:{what}", arguments, {}, InvocationContext(id="x"))


@pytest.fixture
def process(tmp_path, monkeypatch):
    """Have a task done; local files stand in for a bucket."""
    from airflow_provider_media.core.workflows.mps import watermarks
    from airflow_provider_media.state_machines.resources import mps

    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "work"))
    monkeypatch.setattr(mps, "source_of", lambda _: f"file://{tmp_path}/in/clip.mp4")
    monkeypatch.setattr(mps, "location_of", lambda _: f"file://{tmp_path}/out/")
    monkeypatch.setattr(watermarks, "address_of", lambda _: f"file://{tmp_path}/in/logo.png")

    def done(**tasks):
        started = call("mps:ProcessMedia", {"InputInfo": {}, "MediaProcessTask": tasks})
        detail = call("mps:DescribeTaskDetail", {"TaskId": started["TaskId"]})
        assert detail["Status"] == detail["WorkflowTask"]["Status"] == "FINISH"
        return {one["Type"]: one for one in detail["WorkflowTask"]["MediaProcessResultSet"]}

    return done


def test_media_is_processed_locally_and_task_finishes_at_once(tmp_path, process):
    media.clip(tmp_path / "in" / "clip.mp4", width=320, height=180, seconds=2)
    results = process(
        TranscodeTaskSet=[{"Definition": 10, "EndTimeOffset": 1}],
        SampleSnapshotTaskSet=[{"Definition": 10}],
        ImageSpriteTaskSet=[{"Definition": 10}],
    )
    assert results["Transcode"]["TranscodeTask"]["Output"]["Path"].endswith("/clip_transcode_10.mp4")
    assert len(results["SampleSnapshot"]["SampleSnapshotTask"]["Output"]["ImagePathSet"]) == 10
    assert results["ImageSprites"]["ImageSpriteTask"]["Output"]["WebVttPath"].endswith(".vtt")


RED = {
    "Definition": 0,
    "RawParameter": {
        "Type": "image",
        "CoordinateOrigin": "BottomRight",
        "XPos": "10px",
        "YPos": "10px",
        "ImageTemplate": {
            "ImageContent": {"Type": "URL", "UrlInputInfo": {"Url": "https://host/logo.png"}},
            "Width": "25%",
        },
    },
}
"""A watermark, which is a red square in these tests."""


def test_transcode_follows_request_parameters_and_shows_watermark(tmp_path, process):
    media.make(
        tmp_path / "in" / "clip.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=blue:size=90x160:rate=25:duration=2",
        "-pix_fmt",
        "yuv420p",
    )
    media.make(tmp_path / "in" / "logo.png", "-f", "lavfi", "-i", "color=red:size=40x40", "-frames:v", "1")
    video = {"Codec": "h264", "Fps": 10, "Bitrate": 300, "Width": 128, "Height": 72}
    task = {"Container": "mp4", "RemoveAudio": 1, "VideoTemplate": video}
    process(TranscodeTaskSet=[{"Definition": 0, "RawParameter": task, "WatermarkSet": [{**RED, "StartTimeOffset": 1}]}])
    made = tmp_path / "out" / "clip_transcode_0.mp4"
    # Width is the long side: the picture is held upright.
    assert picture(made, 0.5)[:2] == (72, 128)
    assert picture(made, 0.5).colour(right=20, bottom=20) == "blue"
    assert picture(made, 1.5).colour(right=20, bottom=20) == "red"
    assert picture(made, 1.5).colour(right=5, bottom=5) == "blue", "it keeps its distance from the corner"
    assert picture(made, 1.5).colour(right=40, bottom=20) == "blue", "it is a quarter of the picture wide"


def test_an_adaptive_stream_is_made_with_its_watermark(tmp_path, process):
    media.clip(tmp_path / "in" / "clip.mp4", width=640, height=360, seconds=2)
    media.make(tmp_path / "in" / "logo.png", "-f", "lavfi", "-i", "color=red:size=40x40", "-frames:v", "1")
    sound = {"Codec": "aac", "Bitrate": 64, "SampleRate": 48000}
    streams = [
        {"Video": {"Codec": "h264", "Fps": 25, "Bitrate": bitrate, "Height": height}, "Audio": sound}
        for height, bitrate in ((360, 600), (180, 200))
    ]
    results = process(
        AdaptiveDynamicStreamingTaskSet=[{"Definition": 10, "StdExtStreamInfos": streams, "WatermarkSet": [RED]}]
    )
    told = results["AdaptiveDynamicStreaming"]["AdaptiveDynamicStreamingTask"]["Output"]
    assert told["Package"] == "HLS"
    assert told["Path"].endswith("/out/clip_adaptiveDynamicStreaming_10/master.m3u8")
    master = (tmp_path / "out" / "clip_adaptiveDynamicStreaming_10" / "master.m3u8").read_text()
    assert {line for line in master.split(",") if line.startswith("RESOLUTION=")} >= {
        "RESOLUTION=640x360",
        "RESOLUTION=320x180",
    }
    assert (
        picture(tmp_path / "out" / "clip_adaptiveDynamicStreaming_10" / "master.m3u8", 1).colour(right=60, bottom=60)
        == "red"
    )


class Picture(NamedTuple):
    """The pixels of a picture, three bytes each."""

    width: int
    height: int
    pixels: bytes

    def colour(self, *, right, bottom):
        """The strongest colour at a distance from the lower right corner."""
        at = 3 * ((self.height - 1 - bottom) * self.width + self.width - 1 - right)
        red_green_blue = self.pixels[at : at + 3]
        return ("red", "green", "blue")[red_green_blue.index(max(red_green_blue))]


def picture(path, seconds):
    """The picture at a time."""
    probed = subprocess.run(
        [media.ffmpeg(), "-hide_banner", "-i", path], capture_output=True, text=True, check=False
    ).stderr
    width, height = map(int, re.search(r"Video: .*? (\d{2,4})x(\d{2,4})", probed).groups())
    arguments = [
        "-v",
        "error",
        "-ss",
        str(seconds),
        "-i",
        path,
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]
    return Picture(width, height, subprocess.run([media.ffmpeg(), *arguments], capture_output=True, check=True).stdout)
