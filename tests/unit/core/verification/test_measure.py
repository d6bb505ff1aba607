from fractions import Fraction

import pytest

from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.verification.measure import StreamFacts
from airflow_provider_media.core.verification.pictures import PictureFacts, picture


def a_stream(pts, lengths=None, **facts) -> StreamFacts:
    count = len(pts)
    return StreamFacts(
        **{"kind": "video", "codec": "h264", "time_base": Fraction(1, 1000), **facts},
        pts=pts,
        lengths=lengths or [40] * count,
        sizes=[500] * count,
        positions=[0] * count,
        keyframes=[1] * count,
    )


@pytest.mark.parametrize(
    ("pixel_format", "bits"),
    [("yuv420p", 8), ("yuv420p10le", 10), ("yuv422p12be", 12), ("nv12", 8), ("gbrp16le", 16), ("yuvj420p", 8), ("", 8)],
)
def test_the_bit_depth_is_read_from_the_pixel_format(pixel_format, bits):
    assert a_stream([0], pixel_format=pixel_format).bit_depth == bits


def test_duration_from_first_shown_frame_to_end_of_last():
    stream = a_stream([80, 0, 40], [40, 40, 40])
    assert stream.duration == pytest.approx(0.12)
    assert stream.bit_rate == 100_000


def test_duration_of_last_packet_without_length_is_average_of_others():
    assert a_stream([0, 40, 80], [0, 0, 0]).duration == pytest.approx(0.12)
    assert a_stream([5], [0]).duration == 0


def test_an_empty_stream_has_no_duration_and_no_bit_rate():
    assert (a_stream([]).duration, a_stream([]).bit_rate, a_stream([]).start) == (0, 0, 0)


def test_only_sound_has_priming_before_zero():
    assert a_stream([-40, 0], kind="audio").duration == pytest.approx(0.04)
    assert a_stream([-40, 0]).duration == pytest.approx(0.08)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif"])
def test_picture_gives_format_and_size_refuses_truncated_file(tmp_path, suffix):
    from PIL import Image

    path = tmp_path / f"a.{suffix}"
    Image.effect_noise((161, 91), 50).convert("RGB").save(path)
    assert picture(path) == PictureFacts(format=suffix, width=161, height=91)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(VerificationFailed, match=rf"a\.{suffix} is no whole picture"):
        picture(path)


def test_an_animation_tells_its_frames_and_time(tmp_path):
    from PIL import Image

    frames = [Image.new("RGB", (16, 16), color) for color in ("red", "green", "blue")]
    for suffix in ("gif", "webp"):
        frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], duration=100)
        assert picture(tmp_path / f"a.{suffix}") == PictureFacts(
            format=suffix, width=16, height=16, frames=3, duration=0.3
        )


def test_text_under_the_name_of_a_picture_is_refused(tmp_path):
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(VerificationFailed, match="no whole picture"):
        picture(tmp_path / "a.jpg")


def test_a_large_sheet_of_sprites_is_measured_without_a_warning(tmp_path):
    from PIL import Image

    path = tmp_path / "a.png"
    Image.new("1", (12_000, 8_000)).save(path)
    assert picture(path).width == 12_000
