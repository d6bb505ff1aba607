"""Files by the real ffmpeg: every container, codec and odd source, each compared packet by packet with its plan."""

import re
import subprocess
from fractions import Fraction
from itertools import pairwise

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.verification.measure import scan
from tests.media import audio_only, clip, cover_art, ffmpeg, hdr10, hlg, interlaced, make, offset_start, rotated, vfr
from tests.planned import FAST, WEB, carry_out, packaged
from tests.playback import heard

pytestmark = pytest.mark.integration

LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "gop_seconds": 0.5,
    "renditions": [{"short_side": side, "max_bitrate": side * 2000} for side in (720, 90)],
}


def test_every_container_holds_picture_and_all_tracks_or_sound_alone(tmp_path):
    source = clip(tmp_path / "c.mkv", audio=2)
    containers = ("mp4", "mkv", "ts", "mov", "webm", "m4a", "mp3", "flac", "ogg", "wav")
    outputs = {name: {"kind": "transcode", "container": name, "audio": {"tracks": "all"}} for name in containers}
    made = carry_out(source, tmp_path / "w", outputs)
    counts = {name: len(made.artifact(name).expect.audio) for name in containers}
    assert counts == {
        "mp4": 2,
        "mkv": 2,
        "ts": 2,
        "mov": 2,
        "webm": 2,
        "m4a": 1,
        "mp3": 1,
        "flac": 1,
        "ogg": 1,
        "wav": 1,
    }


def test_minute_of_sound_is_whole_in_container_with_millisecond_timestamps(tmp_path):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=60")
    outputs = {
        f"{codec}-{rate}": {"kind": "transcode", "container": "mkv", "audio": {"codec": codec, "sample_rate": rate}}
        for codec in ("aac", "mp3", "flac", "pcm")
        for rate in (44_100, 48_000)
    }
    made = carry_out(source, tmp_path / "out", outputs)
    lengths = {name: heard(made.path(name)).seconds for name in outputs}
    assert lengths == {name: pytest.approx(60, abs=0.06) for name in outputs}


@pytest.mark.parametrize("language", ["en", "deu", "pt-BR", "eng"])
def test_sound_with_a_language_is_taken_into_every_container(tmp_path, language):
    source = clip(tmp_path / "c.mkv", extra=("-metadata:s:a:0", f"language={language}"))
    containers = ("mp4", "mkv", "ts", "mov", "webm", "m4a", "mp3", "flac", "ogg", "wav")
    outputs = {name: {"kind": "transcode", "container": name} for name in containers}
    made = carry_out(source, tmp_path / "w", {**outputs, "stream": LADDER})
    packaged(made)
    three_letters = {"en": "eng", "pt-BR": "por"}.get(language, language)  # ISO 639-2, all that MP4 and TS can hold
    for name in ("mp4", "mov", "m4a", "ts"):
        sound = scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams[-1]
        spellings = {three_letters, "ger" if name == "mov" and language == "deu" else three_letters}
        assert (name, sound.kind) == (name, "audio")
        assert sound.language in spellings, name


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_every_codec_keeps_the_grid_under_every_rate_control(tmp_path, codec):
    source = clip(tmp_path / "c.mp4", audio=False)
    controls = {
        "quality": {},
        "capped": {"crf": 35, "max_bitrate": 150_000},
        "average": {"bitrate": 150_000, "max_bitrate": 200_000},
        "deep": {"bit_depth": 10},
    }
    if codec != "av1":
        controls["twice"] = {"bitrate": 150_000, "passes": 2}
    video = {"codec": codec, "speed": "fastest", "gop_seconds": 0.4}
    made = carry_out(
        source,
        tmp_path / "w",
        {name: {"kind": "transcode", "video": {**video, **more}} for name, more in controls.items()},
    )
    assert {made.artifact(name).expect.video[0].gop_frames for name in controls} == {10}


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_every_codec_accepts_minimum_and_maximum_constant_rate_factor(tmp_path, codec):
    source = clip(tmp_path / "c.mp4", seconds=0.4, audio=False)
    most = 51 if codec in ("h264", "h265") else 63
    videos = {f"crf-{crf}": {"kind": "transcode", "video": {**FAST, "codec": codec, "crf": crf}} for crf in (0, most)}
    capped = {
        "stream": {**LADDER, "codec": codec, "renditions": [{"short_side": 90, "max_bitrate": 200_000, "crf": 0}]}
    }
    made = carry_out(source, tmp_path / "w", videos | capped)
    packaged(made)
    sizes = {crf: made.path(f"crf-{crf}").stat().st_size for crf in (0, most)}
    assert sizes[0] > 4 * sizes[most]


@pytest.mark.parametrize("rate", ["24", "25", "24000/1001", "30000/1001", "60000/1001"])
def test_renditions_of_every_rate_are_packaged_on_their_exact_grid(tmp_path, rate):
    source = clip(tmp_path / "c.mp4", width=192, height=108, rate=rate, seconds=2.5)
    made = carry_out(source, tmp_path / "w", {"hls": LADDER})
    (package,) = made.plan.packages
    assert [track.name for track in package.tracks] == ["108p", "90p", "audio"]
    assert package.frame_rate == Fraction(rate)
    packaged(made)


SOURCES = {
    "rotated": lambda path: rotated(path / "c.mp4"),
    "interlaced": lambda path: interlaced(path / "c.mp4"),
    "interlaced-ts": lambda path: interlaced(path / "c.ts", top_first=False),
    "hdr10": lambda path: hdr10(path / "c.mp4"),
    "hlg": lambda path: hlg(path / "c.mp4"),
    "variable": lambda path: vfr(path / "c.mp4"),
    "odd": lambda path: clip(path / "c.mp4", width=161, height=91, pixel_format="yuv444p"),
    "anamorphic": lambda path: clip(path / "c.mp4", width=160, height=120, extra=("-aspect", "16:9")),
    "portrait": lambda path: clip(path / "c.mp4", width=90, height=160),
    "many-tracks": lambda path: clip(path / "c.mkv", audio=3),
    "silent": lambda path: clip(path / "c.mp4", audio=False),
    "late-start": lambda path: offset_start(path / "c.ts"),
    "full-range": lambda path: clip(path / "c.mov", pixel_format="yuvj420p"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_odd_sources_give_right_files_and_packages(tmp_path, kind):
    outputs = {
        "web": WEB,
        "hls": LADDER,
        "shots": {"kind": "snapshots", "at": [0, "100%"], "format": "webp"},
        "teaser": {"kind": "animated_image"},
        "sprite": {"kind": "sprites", "every": "0.3s", "width": 32, "columns": 2, "rows": 2},
    }
    made = carry_out(SOURCES[kind](tmp_path), tmp_path / "w", outputs)
    picture = made.artifact("web").expect.video[0]
    sizes = {
        "rotated": (90, 160),
        "portrait": (90, 160),
        "odd": (162, 90),
        "anamorphic": (212, 120),
        "interlaced": (176, 144),
    }
    assert (picture.width, picture.height) == sizes.get(kind, (160, 90)) or kind == "interlaced-ts"
    packaged(made)


@pytest.mark.parametrize("sound", [1.1, 3.3])
def test_package_lasts_as_long_as_sound_longer_than_picture(tmp_path, sound):
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={sound}")
    source = make(
        tmp_path / "c.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x90:duration=1", *tone, "-pix_fmt", "yuv420p"
    )
    made = carry_out(source, tmp_path / "w", {"stream": LADDER})
    packaged(made)
    playlists = sorted(made.directory.rglob("playlist.m3u8"))
    assert len(playlists) == 2
    for playlist in playlists:
        lengths = re.findall(r"#EXTINF:([\d.]+)", playlist.read_text())
        assert sum(map(float, lengths)) == pytest.approx(sound, abs=0.05), playlist


def test_hdr_is_kept_where_it_is_asked_for(tmp_path):
    outputs = {
        "kept": {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep", **FAST}},
        "mapped": {"kind": "transcode", "video": FAST},
    }
    made = carry_out(hdr10(tmp_path / "c.mp4"), tmp_path / "w", outputs)
    told = {
        name: subprocess.run([ffmpeg(), "-i", made.path(name)], capture_output=True, text=True, check=False).stderr
        for name in outputs
    }
    assert "smpte2084" in told["kept"]
    assert "bt709" in told["mapped"]
    assert "smpte2084" not in told["mapped"]


@pytest.mark.parametrize(("source", "white"), [(hdr10, 0.58), (hlg, 0.75)])
def test_white_watermark_on_kept_hdr_has_reference_white_level(tmp_path, source, white):
    from PIL import Image

    Image.new("RGBA", (64, 64), (255, 255, 255, 255)).save(tmp_path / "white.png")
    wanted = {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep", "crf": 5, **FAST}}
    mark = {"image": str(tmp_path / "white.png"), "corner": "center", "size": "30%"}
    made = carry_out(source(tmp_path / "c.mp4"), tmp_path / "w", {"kept": wanted}, watermarks=[mark])
    raw = subprocess.run(
        [
            ffmpeg(),
            "-v",
            "error",
            "-i",
            made.path("kept"),
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p10le",
            "-",
        ],
        capture_output=True,
        check=True,
    ).stdout
    middle = 2 * (45 * 160 + 80)
    # Ten bits of limited range: 64 is black, 940 is full.
    assert int.from_bytes(raw[middle : middle + 2], "little") == pytest.approx(64 + 876 * white, abs=12)


@pytest.mark.parametrize(
    "make_source", [lambda path: audio_only(path / "a.m4a"), lambda path: cover_art(path / "a.mp3")]
)
def test_sound_alone_drops_what_needs_a_picture_and_nothing_else(tmp_path, make_source):
    outputs = {
        "web": WEB,
        "hls": LADDER,
        "sound": {"kind": "transcode", "container": "ogg"},
        "sprite": {"kind": "sprites"},
    }
    made = carry_out(make_source(tmp_path), tmp_path / "w", outputs)
    assert [left.output for left in made.plan.left_out if "no picture" in left.reason] == ["web", "hls", "sprite"]
    covers = [left.output for left in made.plan.left_out if "1 attached picture" in left.reason]
    assert covers == (["web", "hls", "sound"] if made.plan.media.attached_pictures else [])
    assert not made.artifact("web").expect.video
    packaged(made)


def test_uneven_frame_times_are_kept_where_that_is_asked_for(tmp_path):
    source = vfr(tmp_path / "c.mp4", audio=False)
    made = carry_out(
        source,
        tmp_path / "w",
        {"kept": {"kind": "transcode", "video": {"variable_frame_rate": "keep", **FAST}}, "even": WEB},
    )

    def times(path) -> list[float]:
        (stream,) = scan(path, toolchain=find_toolchain(), limits=Limits()).streams
        return sorted(float(time * stream.time_base) for time in stream.pts)

    assert times(made.path("kept")) == pytest.approx(times(source), abs=0.002)
    even = times(made.path("even"))
    # The rate is that of its motion, not of its mean.
    assert even == pytest.approx([number / 25 for number in range(len(even))])


@pytest.mark.parametrize("container", ["mp4", "mkv", "webm"])
def test_uneven_frame_times_are_kept_within_a_trim(tmp_path, container):
    source = vfr(tmp_path / "c.mp4", audio=False)
    video = {"variable_frame_rate": "keep", "speed": "fastest"}
    trimmed = {"kind": "transcode", "container": container, "video": video, "trim": {"start": "0.5s", "end": "1.5s"}}
    made = carry_out(source, tmp_path / "w", {"trimmed": trimmed})
    before, after = (
        scan(path, toolchain=find_toolchain(), limits=Limits()).streams[0] for path in (source, made.path("trimmed"))
    )
    within = [time for each in before.pts if 0.5 <= (time := float(each * before.time_base)) < 1.5]
    assert sorted(float(each * after.time_base) for each in after.pts) == pytest.approx(
        [time - 0.5 for time in sorted(within)], abs=0.003
    )


def test_sound_gap_is_filled_when_encoded_and_kept_when_copied(tmp_path):
    holed = ("-af", "aselect='not(between(t,1,2))'")
    source = clip(tmp_path / "c.mkv", seconds=3, extra=holed)
    copied = {"kind": "transcode", "video": "copy", "audio": "copy"}
    made = carry_out(source, tmp_path / "w", {"web": WEB, "copy": {**copied, "container": "mkv"}})
    filled, holes = (
        scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams[1] for name in ("web", "copy")
    )
    assert holes.count == pytest.approx(filled.count * 2 / 3, abs=3)


def test_many_frames_on_one_tick_are_no_damage(tmp_path):
    late = ("-vf", "select='eq(n,0)+gte(t,1)'", "-fps_mode", "vfr", "-preset", "fast")
    source = clip(tmp_path / "c.mp4", seconds=2, extra=late)
    spec = {"kind": "transcode", "container": "mkv", "video": "copy", "audio": "copy"}
    made = carry_out(source, tmp_path / "w", {"copy": spec})
    before, after = (
        [stream.count for stream in scan(path, toolchain=find_toolchain(), limits=Limits()).streams]
        for path in (source, made.path("copy"))
    )
    assert after == before


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_frames_closer_than_average_are_kept_and_copied(tmp_path, suffix):
    uneven = (
        "-vf",
        "settb=1/90000,setpts='PTS-mod(N,2)*0.03/TB'",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1/90000",
    )
    source = clip(tmp_path / f"c.{suffix}", extra=uneven)
    kept = {"kind": "transcode", "video": {**FAST, "variable_frame_rate": "keep"}}
    copied = {"kind": "transcode", "video": "copy", "audio": "copy"}
    outputs = {
        f"{how}-{form}": {**spec, "container": form}
        for how, spec in (("kept", kept), ("copied", copied))
        for form in ("mp4", "mkv")
    }
    made = carry_out(source, tmp_path / "w", outputs)
    times = {name: scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams[0] for name in outputs}
    steps = {
        name: {round(float((b - a) * found.time_base), 2) for a, b in pairwise(sorted(found.pts))}
        for name, found in times.items()
    }
    assert steps == {name: {0.01, 0.07} for name in outputs}


@pytest.mark.parametrize("fit", ["stretch", "pad", "crop", "blur"])
def test_a_picture_fills_its_frame_as_asked(tmp_path, fit):
    source = make(
        tmp_path / "white.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=white:s=160x90:r=25:d=0.4",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
    )
    made = carry_out(
        source, tmp_path / "w", {"web": {"kind": "transcode", "video": {"width": 90, "height": 90, "fit": fit, **FAST}}}
    )
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", made.path("web"), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        capture_output=True,
        check=True,
    ).stdout
    assert len(raw) == 90 * 90
    assert raw[45 * 90 + 45] > 240
    assert (raw[2 * 90 + 45] < 20) is (fit == "pad")
