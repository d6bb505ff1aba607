import pytest

from airflow_provider_media.core.planning.errors import OutputUnknown, PictureUnavailable
from airflow_provider_media.core.planning.moments import Moment, plan_picture
from tests.planned import SOURCE, audio, media, video, workflow

WEB = {"kind": "transcode", "video": {"width": 640}}


def unit(outputs, moment, source=None):
    return plan_picture(workflow(outputs), source or media(), moment, source=SOURCE, tools="ffmpeg 9")


def argument(made, name):
    arguments = made.commands[0].arguments
    return arguments[arguments.index(name) + 1] if name in arguments else None


def test_late_moment_is_found_by_seeking_on_the_sources_clock():
    made = unit({"web": WEB}, Moment(output="web", at=8))
    assert argument(made, "-ss") == argument(made, "-itsoffset") == "6.000000"
    assert "trim=end=8.040000:start=7.960000" in argument(made, "-filter_complex")


def test_early_moment_is_read_from_the_beginning():
    assert argument(unit({"web": WEB}, Moment(output="web", at=1)), "-ss") is None


def test_time_past_the_end_means_the_last_frame():
    assert unit({"web": WEB}, Moment(output="web", at=999)).artifacts[0].times == (9.96,)


def test_time_between_two_frames_means_the_frame_on_display():
    assert unit({"web": WEB}, Moment(output="web", at=1.999)).artifacts[0].times == (2.0,)
    assert unit({"web": WEB}, Moment(output="web", at=1.99)).artifacts[0].times == (1.96,)


def test_trimmed_output_adds_its_beginning_to_the_time():
    trimmed = WEB | {"trim": {"start": "5s"}}
    assert unit({"web": trimmed}, Moment(output="web", at=2)).artifacts[0].times == (7.0,)


def test_largest_rung_is_shown_unless_one_is_named():
    ladder = {"kind": "ladder", "renditions": [{"short_side": side, "max_bitrate": 900_000} for side in (360, 720)]}
    assert unit({"stream": ladder}, Moment(output="stream")).artifacts[0].expect.image.height == 720
    small = unit({"stream": ladder}, Moment(output="stream", rendition="360p"))
    assert small.artifacts[0].expect.image.height == 360


@pytest.mark.parametrize("moment", [Moment(output="none"), Moment(output="stream", rendition="999p")])
def test_unknown_output_or_rung_is_refused_with_those_that_exist(moment):
    with pytest.raises(OutputUnknown, match=r"stream|720p"):
        unit({"stream": {"kind": "ladder"}}, moment)


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ({"kind": "waveform"}, media()),
        ({"kind": "sprites"}, media()),
        ({"kind": "transcode", "container": "mp3"}, media()),
        (WEB, media(audio(index=0))),
        (WEB | {"trim": {"start": "20s"}}, media(video())),
    ],
)
def test_output_or_source_without_a_picture_is_refused(spec, source):
    with pytest.raises(PictureUnavailable):
        unit({"web": spec}, Moment(output="web"), source)
