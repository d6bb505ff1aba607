"""Real files, right and wrong, against what was planned for them."""

from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.expectation import Expectation, ExpectedAudio, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.plans import Artifact
from airflow_provider_media.core.verification.measure import scan
from airflow_provider_media.core.verification.verify import _decoded, verify_artifact, verify_file
from tests.media import audio_only, clip, hdr10, make, truncated, vfr

pytestmark = pytest.mark.integration

X264 = ("-x264-params", "scenecut=0:open-gop=0:threads=1")


def checked(path: Path, *, video=None, audio=None, image=None):
    expectation = Expectation(video=(video,) if video else (), audio=(audio,) if audio else (), image=image)
    return verify_file(path, expectation, toolchain=find_toolchain(), limits=Limits(), output="out")


def a_video(**changes) -> ExpectedVideo:
    facts = {
        "codec": "h264",
        "width": 160,
        "height": 90,
        "frame_rate": Fraction(25),
        "duration": 1.0,
        "bit_depth": 8,
        "gop_frames": 25,
    }
    return ExpectedVideo(**{**facts, **changes})


def a_sound(**changes) -> ExpectedAudio:
    return ExpectedAudio(**{"codec": "aac", "channels": 1, "sample_rate": 48_000, "duration": 1.0, **changes})


def test_a_file_as_planned_passes_with_its_facts(tmp_path):
    facts = checked(clip(tmp_path / "a.mp4", extra=X264), video=a_video(), audio=a_sound())
    assert facts.pop("bit_rate") > 1000
    assert facts == {
        "duration": 1.0,
        "codecs": ["h264", "aac"],
        "width": 160,
        "height": 90,
        "frames": 25,
        "frame_rate": 25.0,
        "exact_frame_rate": "25",
        "channels": 1,
        "sample_rate": 48_000,
    }


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001", "60000/1001"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mov"])
def test_exact_frame_rates_pass_in_every_container_despite_its_clock(tmp_path, rate, suffix):
    path = clip(tmp_path / f"a{suffix}", rate=rate, seconds=2, gop=12, extra=X264)
    facts = checked(
        path, video=a_video(frame_rate=Fraction(rate), duration=2.0, gop_frames=12), audio=a_sound(duration=2.0)
    )
    assert facts["frame_rate"] == pytest.approx(float(Fraction(rate)), abs=0.05)
    assert facts["exact_frame_rate"] == rate


@pytest.mark.parametrize(
    ("suffix", "encoder", "codec", "rate"),
    [
        (".m4a", "aac", "aac", 48_000),
        (".mp4", "aac", "aac", 22_050),
        (".mp3", "libmp3lame", "mp3", 44_100),
        (".ogg", "libvorbis", "vorbis", 44_100),
        (".opus", "libopus", "opus", 48_000),
        (".webm", "libopus", "opus", 48_000),
        (".flac", "flac", "flac", 44_100),
        (".wav", "pcm_s16le", "pcm_s16le", 44_100),
    ],
)
def test_sound_of_every_codec_passes_within_its_own_frames(tmp_path, suffix, encoder, codec, rate):
    tone = f"sine=frequency=440:sample_rate={rate}:duration=2.345"
    path = make(tmp_path / f"a{suffix}", "-f", "lavfi", "-i", tone, "-ac", "2", "-c:a", encoder)
    facts = checked(path, audio=ExpectedAudio(codec=codec, channels=2, sample_rate=rate, duration=2.345))
    assert facts["duration"] == pytest.approx(2.345, abs=0.15)


@pytest.mark.parametrize(
    ("encoder", "codec", "suffix"),
    [("libvpx-vp9", "vp9", ".webm"), ("libx265", "hevc", ".mp4"), ("libsvtav1", "av1", ".mp4")],
)
def test_pictures_of_every_codec_pass_to_the_frame(tmp_path, encoder, codec, suffix):
    quiet = (
        ("-svtav1-params", "lp=1") if encoder == "libsvtav1" else ("-cpu-used", "8") if encoder == "libvpx-vp9" else ()
    )
    path = clip(tmp_path / f"a{suffix}", codec=encoder, audio=False, extra=(*quiet, "-loglevel", "quiet"))
    assert checked(path, video=a_video(codec=codec, gop_frames=None))["frames"] == 25


def test_ten_bits_are_told_from_eight(tmp_path):
    path = hdr10(tmp_path / "a.mp4")
    with pytest.raises(VerificationFailed, match="bit depth should be 8 but is 10"):
        checked(path, video=a_video(codec="hevc", gop_frames=None), audio=a_sound())


def test_uneven_frame_times_pass_only_where_they_are_planned(tmp_path):
    path = vfr(tmp_path / "a.mp4", audio=False)
    assert checked(path, video=a_video(frame_rate=None, gop_frames=None, duration=2.0))["frames"] < 50
    with pytest.raises(VerificationFailed, match=r"time of frame 2\d at 25 frames per second should be"):
        checked(path, video=a_video(gop_frames=None, duration=2.0))


@pytest.mark.parametrize(
    ("is_copy", "mismatches"), [(False, ["decoded frames"]), (True, [])], ids=["encode", "stream copy"]
)
def test_decoded_frames_are_compared_with_packets_unless_they_are_copied(tmp_path, is_copy, mismatches):
    path = vfr(tmp_path / "a.mp4", audio=False)
    facts = scan(path, toolchain=find_toolchain(), limits=Limits())
    trimmed = Expectation(video=(a_video(frame_rate=None, gop_frames=None, duration=2.0, is_copy=is_copy),))
    assert [each.what for each in _decoded(path.name, facts, facts.streams[0].count - 1, trimmed)] == mismatches


WRONG = {
    "codec": ({"codec": "hevc"}, {}, "video codec should be hevc but is h264"),
    "size": ({"width": 162}, {}, "picture size should be 162x90 but is 160x90"),
    "duration": ({"duration": 1.5}, {}, r"video duration should be 1.500 s \(within 0.040 s\) but is 1.000 s"),
    "rate": ({"frame_rate": Fraction(24)}, {}, "time of frame 1 at 24 frames per second"),
    "gop": ({"gop_frames": 24}, {}, "frame numbers of keyframes, one each 24 should be 2 in all but is 1 in all"),
    "channels": ({}, {"channels": 2}, "channels should be 2 but is 1"),
    "sample rate": ({}, {"sample_rate": 44_100}, "sample rate should be 44100 but is 48000"),
    "sound's duration": ({}, {"duration": 1.2}, "audio duration should be 1.200 s"),
    "language": ({}, {"language": "eng"}, "language should be eng but is"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_each_difference_from_the_plan_is_named_with_both_sides(tmp_path, wrong):
    video, audio, message = WRONG[wrong]
    path = clip(tmp_path / "a.mp4", extra=X264)
    with pytest.raises(VerificationFailed, match=message) as caught:
        checked(path, video=a_video(**video), audio=a_sound(**audio))
    assert caught.value.detail["output"] == "out"
    assert caught.value.detail["file"] == "a.mp4"
    assert {"expected", "found"} <= caught.value.detail.keys()


def test_a_missing_or_a_surplus_stream_is_found(tmp_path):
    with pytest.raises(VerificationFailed, match="streams should be video, audio but is video"):
        checked(clip(tmp_path / "a.mp4", audio=False), video=a_video(), audio=a_sound())
    with pytest.raises(VerificationFailed, match="streams should be audio but is video, audio"):
        checked(clip(tmp_path / "b.mp4"), audio=a_sound())


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_truncated_file_never_passes(tmp_path, suffix):
    path = truncated(tmp_path / f"a{suffix}")
    with pytest.raises(VerificationFailed, match=r"(duration should be 3.000 s|cannot be)"):
        checked(path, video=a_video(duration=3.0), audio=a_sound(duration=3.0))


def test_a_decode_that_fails_inside_a_whole_file_is_found(tmp_path):
    path = clip(tmp_path / "a.mp4", audio=False, extra=X264)
    content = bytearray(path.read_bytes())
    begin = content.index(b"mdat") + len(content) // 2
    content[begin : begin + 64] = bytes(64)
    path.write_bytes(content)
    with pytest.raises(VerificationFailed, match=r"a.mp4 cannot be decoded: .*"):
        checked(path, video=a_video())


def test_sound_with_a_hole_in_it_is_found(tmp_path):
    tone = "sine=frequency=440:sample_rate=48000:duration=3"
    path = make(tmp_path / "a.mkv", "-f", "lavfi", "-i", tone, "-af", "aselect='not(between(t,1,2))'", "-c:a", "aac")
    with pytest.raises(VerificationFailed, match=r"sound in all packets should be (3|2.9)"):
        checked(path, audio=a_sound(duration=3.0))


def test_missing_and_empty_files_are_told_apart(tmp_path):
    with pytest.raises(VerificationFailed, match=r"output out: a.mp4 is missing"):
        checked(tmp_path / "a.mp4", video=a_video())
    (tmp_path / "a.mp4").touch()
    with pytest.raises(VerificationFailed, match=r"output out: a.mp4 is empty"):
        checked(tmp_path / "a.mp4", video=a_video())


def stills(directory: Path, count: int, suffix: str = ".jpg") -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    for number in range(1, count + 1):
        make(directory / f"shot_{number:05d}{suffix}", *source, "-frames:v", "1")


def a_series(count: int, **image) -> Artifact:
    facts = {"format": "jpg", "width": 160, "height": 90, **image}
    return Artifact(
        output="shots",
        file=f"shot_%05d.{facts['format']}",
        count=count,
        series=True,
        expect=Expectation(image=ExpectedImage(**facts)),
    )


def series_checked(directory: Path, artifact: Artifact):
    return verify_artifact(directory, artifact, toolchain=find_toolchain(), limits=Limits())


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_series_passes_with_the_facts_of_each_picture(tmp_path, suffix):
    stills(tmp_path, 3, f".{suffix}")
    made = series_checked(tmp_path, a_series(3, format=suffix))
    assert [path.name for path, _ in made] == [f"shot_0000{n}.{suffix}" for n in (1, 2, 3)]
    assert made[0][1] == {"width": 160, "height": 90, "codecs": [suffix]}


def test_too_few_and_too_many_pictures_are_found(tmp_path):
    stills(tmp_path, 3)
    with pytest.raises(VerificationFailed, match=r"output shots: shot_00004.jpg is missing"):
        series_checked(tmp_path, a_series(4))
    with pytest.raises(VerificationFailed, match="number of pictures should be 2 but is more"):
        series_checked(tmp_path, a_series(2))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_verification_finds_truncated_picture_and_wrong_kind_or_size(tmp_path, suffix):
    stills(tmp_path, 1, f".{suffix}")
    path = tmp_path / f"shot_00001.{suffix}"
    with pytest.raises(VerificationFailed, match="picture size should be 160x92 but is 160x90"):
        series_checked(tmp_path, a_series(1, format=suffix, height=92))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(VerificationFailed, match=f"shot_00001.{suffix} is no whole picture"):
        series_checked(tmp_path, a_series(1, format=suffix))
    path.write_bytes(stills(tmp_path, 1, ".gif") or (tmp_path / "shot_00001.gif").read_bytes())
    with pytest.raises(VerificationFailed, match=f"format should be {suffix} but is gif"):
        series_checked(tmp_path, a_series(1, format=suffix))


@pytest.mark.parametrize(("suffix", "options"), [("gif", ()), ("webp", ("-c:v", "libwebp_anim"))])
def test_animation_passes_by_duration_and_fails_when_short(tmp_path, suffix, options):
    source = ("-f", "lavfi", "-i", "testsrc2=size=64x36:rate=12:duration=2")
    path = make(tmp_path / f"a.{suffix}", *source, *options)
    plan = {
        "codec": suffix,
        "width": 64,
        "height": 36,
        "frame_rate": Fraction(12),
        "gop_frames": None,
        "bit_depth": None,
    }
    assert checked(path, video=a_video(**plan, duration=2.0))["duration"] == pytest.approx(2.0, abs=0.03)
    with pytest.raises(VerificationFailed, match=r"duration should be 3.000 s"):
        checked(path, video=a_video(**plan, duration=3.0))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(VerificationFailed, match=r"no whole picture|duration should be 2.000 s"):
        checked(path, video=a_video(**plan, duration=2.0))


def test_verified_files_leave_nothing_beside_them(tmp_path):
    path = audio_only(tmp_path / "a.m4a")
    checked(path, audio=a_sound(channels=2))
    assert list(tmp_path.iterdir()) == [path]
