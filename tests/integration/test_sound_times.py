"""Sound stays with its picture, whatever its decoder or its container make of it."""

import pytest

from tests.draws import Draw, Look, Track
from tests.jobs import run_job
from tests.judge import truth_of
from tests.judging import complaints
from tests.sources import make_source

pytestmark = pytest.mark.integration

LOOK = Look(width=64, height=48, pixel_format="yuv420p")
WEB = {"mp4": {"kind": "transcode", "video": {"speed": "fastest"}}}


def drawn(**facts) -> Draw:
    """Fifty frames and two seconds of sound in a transport stream, but for what is named."""
    plain = {
        "container": "ts",
        "codec": "h264",
        "looks": (LOOK,),
        "tracks": (Track(codec="mp2", channels=2, sample_rate=48_000),),
    }
    return Draw(**{"seed": 1, "outputs": WEB, **plain, **facts})


def wrong(made: Draw, folder) -> list[str]:
    source = make_source(made, folder)
    outcome = run_job(source, folder, made.outputs)
    assert outcome.error is None, outcome.error
    return complaints(truth_of(made, source), outcome)


@pytest.mark.parametrize("codec", ["alac", "flac"])
def test_sound_of_trimmed_copy_is_in_time_with_threaded_decoder(tmp_path, codec):
    track = Track(codec=codec, channels=1, sample_rate=48_000, start=0.37)
    assert wrong(drawn(container="mp4", codec="mpeg4", gop=1, tracks=(track,), clock="trimmed"), tmp_path) == []


@pytest.mark.parametrize(("first", "second"), [(2, 1), (1, 2), (6, 2)])
def test_channels_of_both_parts_are_kept_where_the_layout_changes(tmp_path, first, second):
    tracks = [Track(codec="ac3", channels=channels, sample_rate=48_000) for channels in (first, second)]
    assert wrong(drawn(tracks=(tracks[0],), sound_after=tracks[1]), tmp_path) == []


def test_sound_overlap_at_joint_is_corrected_within_40_ms(tmp_path):
    """Both parts begin 50 ms early with what an MP3 encoder puts before them."""
    track = Track(codec="mp3", channels=1, sample_rate=22_050)
    assert wrong(drawn(tracks=(track,), sound_after=track), tmp_path) == []
