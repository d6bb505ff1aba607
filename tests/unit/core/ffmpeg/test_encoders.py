"""Options of video encoders."""

from fractions import Fraction

import pytest

from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding, pass_options, video_options
from airflow_provider_media.core.media.info import MasteringDisplay

DISPLAY = MasteringDisplay(
    chromaticities=tuple(Fraction(n, 50_000) for n in (13_250, 34_500, 7500, 3000, 34_000, 16_000, 15_635, 16_450)),
    luminances=(Fraction(1000), Fraction(1, 10_000)),
    max_content=1000,
    max_average=400,
)
PARAMETERS = {"h264": "x264-params", "h265": "x265-params", "av1": "svtav1-params"}


def encoding(codec, mastering=None, **facts):
    ordinary = {"speed": "fastest", "crf": 22, "bitrate": None, "max_bitrate": None, "gop_frames": 50, "ten_bit": True}
    return VideoEncoding(codec=codec, mastering=mastering, **{**ordinary, **facts})


def parameters(codec, mastering):
    return video_options(encoding(codec, mastering))[PARAMETERS[codec]]


X26X = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"


@pytest.mark.parametrize(
    ("codec", "written"),
    [
        ("h264", f":mastering-display={X26X}:cll=1000,400"),
        ("h265", f":master-display={X26X}:max-cll=1000,400"),
        (
            "av1",
            ":mastering-display=G(0.2650,0.6900)B(0.1500,0.0600)R(0.6800,0.3200)WP(0.3127,0.3290)L(1000,0.0001):content-light=1000,400",
        ),
    ],
)
def test_hdr_metadata_is_written_in_the_units_of_each_encoder(codec, written):
    assert parameters(codec, DISPLAY).endswith(written)


@pytest.mark.parametrize("codec", PARAMETERS)
def test_light_levels_alone_are_written_without_a_display(codec):
    found = parameters(codec, MasteringDisplay(max_content=600, max_average=0))
    assert found.endswith("=600,0")
    assert "display" not in found


@pytest.mark.parametrize("codec", PARAMETERS)
def test_display_alone_is_written_without_light_levels(codec):
    alone = MasteringDisplay(chromaticities=DISPLAY.chromaticities, luminances=DISPLAY.luminances)
    assert parameters(codec, alone).endswith(")")


@pytest.mark.parametrize("codec", PARAMETERS)
def test_source_without_hdr_metadata_gets_none(codec):
    assert "display" not in parameters(codec, None)
    assert parameters(codec, MasteringDisplay()) == parameters(codec, None)


def test_vp9_has_no_word_for_hdr_metadata():
    assert video_options(encoding("vp9", DISPLAY)) == video_options(encoding("vp9"))


def test_second_pass_of_x265_keeps_hdr_metadata():
    found = pass_options(encoding("h265", DISPLAY, crf=None, bitrate=1_000_000), 2, "log")
    assert found["x265-params"].endswith(f":master-display={X26X}:max-cll=1000,400:pass=2:stats=log")


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_chromaticity_between_two_units_rounded_for_encoders_without_fractions(codec):
    """AV1 and Matroska count in other units than SEI messages do."""
    odd = MasteringDisplay(
        chromaticities=(Fraction(44_564, 65_536),) * 8, luminances=(Fraction(1000), Fraction(2, 16_384))
    )
    assert "G(34000,34000)" in parameters(codec, odd)
    assert parameters(codec, odd).endswith("L(10000000,1)")
