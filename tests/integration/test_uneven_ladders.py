"""Ladders that keep the times of frames that come unevenly: nothing lost, and keyframes at exact times all the same."""

from fractions import Fraction

import numpy as np
import pytest

from airflow_provider_media.core.packaging.manifests import parse_media_playlist
from tests.jobs import run_job
from tests.media import make
from tests.oracle import see
from tests.playback import probed

pytestmark = pytest.mark.integration

TONE = ("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=14", "-c:a", "aac")
CODED = ("-fps_mode", "vfr", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
RUNGS = [{"short_side": 180, "max_bitrate": 900_000}, {"short_side": 90, "max_bitrate": 300_000}]
CANVAS = (32, 18)


def recording(folder, rate, *, seconds=14):
    """A second of motion out of six, and one picture a second between."""
    chosen = f"select='lt(mod(t,6),1)+not(mod(n,{round(Fraction(rate))}))'"
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}:d={seconds}")
    return make(folder / "screen.mkv", *picture, *TONE, "-vf", chosen, *CODED)


def ladder(**settings):
    wanted = {
        "speed": "fastest",
        "variable_frame_rate": "keep",
        "renditions": RUNGS,
        "gop_seconds": 2,
        "path": "{output}",
    }
    return {"stream": {"kind": "ladder", **wanted, **settings}}


def keyframes(playlist):
    packets = probed(
        playlist, "-allowed_extensions", "ALL", "-select_streams", "v", "-show_entries", "packet=pts_time,flags"
    )["packets"]
    return [float(packet["pts_time"]) for packet in packets if packet["flags"].startswith("K")]


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
@pytest.mark.parametrize("rate", ["60", "30000/1001"])
def test_uneven_ladder_keeps_every_frame_and_begins_segments_on_time(tmp_path, codec, rate):
    source = recording(tmp_path, rate)
    done = run_job(source, tmp_path, ladder(codec=codec))
    assert done.error is None
    own = see(source, CANVAS).times
    assert len(own) > 60
    times = []
    for rung in ("180p", "90p"):
        playlist = done.folder / "stream" / rung / "playlist.m3u8"
        shown = see(playlist, CANVAS, track=None)
        assert max(np.abs(shown.times - time).min() for time in own - own[0]) < 0.003
        assert len(shown.times) <= len(own) + 14 / 2 + 1
        assert shown.picture_end == pytest.approx(14, abs=0.05)
        lengths = [segment.duration for segment in parse_media_playlist("p", playlist.read_text()).segments]
        assert len(lengths) == 4
        assert lengths[:3] == pytest.approx([lengths[0]] * 3, abs=0.0015)
        assert lengths[0] == pytest.approx(4, abs=0.05)
        assert np.diff(keyframes(playlist)) == pytest.approx(lengths[0] / 2, abs=0.002)
        times.append(list(shown.times))
    assert times[0] == times[1]


def test_level_of_uneven_ladder_is_that_of_fastest_motion(tmp_path):
    done = run_job(recording(tmp_path, "60"), tmp_path, ladder())
    master = done.folder / "stream" / "master.m3u8"
    # High at level 2.1 is enough for 320x180 at 60 frames per second.
    assert 'CODECS="avc1.640015' in master.read_text()


def test_variable_frame_rate_ladder_with_slow_start_declares_fastest_motion(tmp_path):
    slow_first = "select='gt(mod(t,6),5)+not(mod(n,60))'"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=14")
    done = run_job(make(tmp_path / "screen.mkv", *picture, *TONE, "-vf", slow_first, *CODED), tmp_path, ladder())
    assert done.error is None
    (variant, *_) = [
        line for line in (done.folder / "stream" / "master.m3u8").read_text().splitlines() if "STREAM-INF" in line
    ]
    assert "FRAME-RATE=60.000" in variant
    assert 'frameRate="60/1"' in (done.folder / "stream" / "manifest.mpd").read_text()


def test_uneven_picture_is_held_until_longer_sound_ends(tmp_path):
    done = run_job(recording(tmp_path, "60", seconds=9), tmp_path, ladder())
    assert done.error is None
    playlist = done.folder / "stream" / "180p" / "playlist.m3u8"
    assert see(playlist, CANVAS, track=None).picture_end == pytest.approx(14, abs=0.05)


@pytest.mark.parametrize("settings", [{"frame_rate": 25}, {"variable_frame_rate": "constant"}])
def test_other_ladders_have_one_rate(tmp_path, settings):
    done = run_job(recording(tmp_path, "60"), tmp_path, ladder(**settings))
    playlist = done.folder / "stream" / "180p" / "playlist.m3u8"
    assert len(set(np.round(np.diff(see(playlist, CANVAS, track=None).times), 3))) <= 2
