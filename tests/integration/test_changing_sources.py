"""Sources whose pictures or sound change in mid-stream, or whose frames come unevenly: every output shows the right
thing at its time.
"""

import subprocess
from pathlib import Path

import pytest

from tests.media import clip, ffmpeg, make
from tests.planned import Made, carry_out
from tests.playback import decode, heard, image_color, is_near, seen, stream_of

pytestmark = pytest.mark.integration

FAST = {"kind": "transcode", "video": {"speed": "fastest", "crf": 12}}
LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "renditions": [{"short_side": 120, "max_bitrate": 300_000}, {"short_side": 90, "max_bitrate": 200_000}],
}
SPRITES = {"kind": "sprites", "every": "0.7s", "columns": 5, "rows": 1, "width": 32, "format": "png"}
SHOTS = {"kind": "snapshots", "at": ["0.5s", "1.5s", "2.5s"], "format": "png"}
LOOP = {"kind": "animated_image", "frame_rate": 5, "width": 64, "end": "100%"}
EVERY_KIND = {"file": FAST, "stream": LADDER, "sheet": SPRITES, "shots": SHOTS, "loop": LOOP}
RED, GREEN, BLUE = (253, 0, 0), (0, 127, 0), (0, 0, 253)
COLORS = ("red", "green", "blue")


def part(path: Path, size: str, color: str, *options: str) -> Path:
    """A second of one colour."""
    return make(path, "-f", "lavfi", "-i", f"color=c={color}:s={size}:r=25:d=1", "-threads", "1", *options)


def in_one(path: Path, parts: list[Path], form: str, *options: str) -> Path:
    """Elementary streams one after another, at 25 frames per second, with a tone of the same length."""
    together = path.with_name(f"together.{form}")
    together.write_bytes(b"".join(one.read_bytes() for one in parts))
    return remade(path, ("-fflags", "+genpts", "-r", "25", "-f", form, "-i", str(together)), len(parts), *options)


def remade(path: Path, inputs: tuple[str, ...], seconds: int, *options: str) -> Path:
    """Streams copied into another container, beside a tone."""
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}")
    sound = ("-c:a", "libopus" if path.suffix == ".webm" else "aac")
    argv = [
        ffmpeg(),
        "-nostdin",
        "-v",
        "error",
        "-y",
        *inputs,
        *tone,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c:v",
        "copy",
        *sound,
        *options,
    ]
    subprocess.run([*argv, str(path)], check=True, capture_output=True, timeout=60)
    return path


def listed(path: Path, parts: list[Path], *options: str) -> Path:
    """Files one after another by ffmpeg's concat demuxer, with a tone of the same length."""
    text = path.with_suffix(".txt")
    text.write_text("".join(f"file '{one}'\n" for one in parts))
    return remade(path, ("-f", "concat", "-safe", "0", "-i", str(text)), len(parts), *options)


def assert_shots_in_turn(made: Made) -> None:
    """Three snapshots are red, green and blue."""
    for path, color in zip(made.paths("shots"), (RED, GREEN, BLUE), strict=True):
        assert is_near(image_color(path), color, 25), path.name


def assert_colors_in_turn(made: Made, size: tuple[int, int]) -> None:
    """Every output shows red, green and blue, a second of each."""
    film = seen(made.path("file"))
    assert film.size == size
    # Sound may begin before the picture: by the priming of its encoder, or as a multiplexer shifts it.
    assert len(film.pictures) in (75, 76, 77)
    for frame in range(75):
        if frame % 25 > 3:
            assert is_near(film.color(frame / 25), (RED, GREEN, BLUE)[frame // 25], 25), frame / 25
    for unit in made.plan.units:
        for artifact in unit.artifacts:
            if artifact.output == "stream" and artifact.expect.video:
                rung = seen(made.directory / artifact.file)
                assert [
                    is_near(rung.color(t), want, 25)
                    for t, want in ((0.9, RED), (1.2, GREEN), (1.9, GREEN), (2.2, BLUE))
                ] == [True] * 4
    sheet = made.path("sheet")
    cells = [image_color(sheet, 32 * n + 16) for n in (1, 2, 3)]
    shots = [image_color(path) for path in made.paths("shots")]
    loop = seen(made.path("loop"), rate=5)
    for found in (cells, shots, [loop.color(t) for t in (0.6, 1.6, 2.6)]):
        assert all(is_near(one, want, 25) for one, want in zip(found, (RED, GREEN, BLUE), strict=True)), found


@pytest.mark.parametrize(
    ("codec", "form", "container"),
    [
        (("libx264", "-preset", "ultrafast"), "h264", "mkv"),
        (("libx264", "-preset", "ultrafast"), "h264", "mp4"),
        (("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"), "hevc", "ts"),
        (("mpeg2video", "-b:v", "2M"), "mpegvideo", "ts"),
        (("mjpeg", "-q:v", "3"), "mjpeg", "avi"),
    ],
    ids=["h264 in mkv", "h264 in mp4", "hevc in ts", "mpeg2 in ts", "mjpeg in avi"],
)
def test_size_change_shows_every_color_at_its_time(tmp_path, codec, form, container):
    suffix = {"mpegvideo": "m2v"}.get(form, form)
    sizes = ("320x180", "160x120", "320x180")
    parts = [
        part(tmp_path / f"{n}.{suffix}", size, color, "-c:v", *codec, "-g", "25", "-bf", "0", "-pix_fmt", "yuv420p")
        for n, (size, color) in enumerate(zip(sizes, COLORS, strict=True))
    ]
    source = in_one(tmp_path / f"source.{container}", parts, form)
    made = carry_out(source, tmp_path / "out", EVERY_KIND)
    assert_colors_in_turn(made, (320, 180))
    # 4:3 in 16:9: an eighth of the width at each side is black, and nothing is distorted.
    film = seen(made.path("file"))
    assert is_near(film.color(1.5, 0.06), (0, 0, 0))
    assert is_near(film.color(1.5, 0.16), GREEN, 25)


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_size_change_of_vpx_shows_every_color_at_its_time(tmp_path, codec):
    sizes = ("320x180", "160x90", "320x180")
    options = ("-c:v", codec, "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-g", "25")
    parts = [
        part(tmp_path / f"{n}.webm", size, color, *options)
        for n, (size, color) in enumerate(zip(sizes, COLORS, strict=True))
    ]
    assert_colors_in_turn(carry_out(listed(tmp_path / "source.webm", parts), tmp_path / "out", EVERY_KIND), (320, 180))


def test_size_change_with_rotation_shows_every_color_at_its_time(tmp_path):
    sizes = ("320x180", "160x90", "320x180")
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")
    half = ",drawbox=w=iw/2:color=white:t=fill"
    parts = [
        part(tmp_path / f"{n}.h264", size, f"{color}", *coder, "-vf", half[1:])
        for n, (size, color) in enumerate(zip(sizes, COLORS, strict=True))
    ]
    flat = in_one(tmp_path / "flat.mp4", parts, "h264")
    source = tmp_path / "source.mp4"
    argv = [
        ffmpeg(),
        "-nostdin",
        "-v",
        "error",
        "-display_rotation",
        "-90",
        "-i",
        str(flat),
        "-map",
        "0",
        "-c",
        "copy",
        str(source),
    ]
    subprocess.run(argv, check=True, timeout=60)
    film = seen(carry_out(source, tmp_path / "out", {"file": FAST}).path("file"))
    assert film.size == (180, 320)
    for time, color in ((0.5, RED), (1.5, GREEN), (2.5, BLUE)):
        assert is_near(film.color(time, 0.5, 0.25), (255, 255, 255), 25)
        assert is_near(film.color(time, 0.5, 0.75), color, 25)


def test_size_change_of_interlaced_fields_shows_each_color_in_time(tmp_path):
    coder = ("-c:v", "mpeg2video", "-b:v", "3M", "-flags", "+ildct+ilme", "-g", "12", "-bf", "0", "-vf", "setfield=tff")
    parts = [
        part(tmp_path / f"{n}.m2v", size, color, *coder)
        for n, (size, color) in enumerate(zip(("352x288", "176x144", "352x288"), COLORS, strict=True))
    ]
    source = in_one(tmp_path / "source.ts", parts, "mpegvideo")
    assert_colors_in_turn(carry_out(source, tmp_path / "out", EVERY_KIND), (352, 288))


def test_aspect_ratio_change_keeps_the_shape_of_pictures(tmp_path):
    """Broadcast: 4:3 and 16:9 in one size; a square of the programme stays a square."""
    square = "drawbox=x=(iw-72*{0})/2:y=36:w=72*{0}:h=72:color=white:t=fill"
    parts = []
    for n, (aspect, stretch) in enumerate((("4:3", 11 / 12), ("16:9", 11 / 16), ("4:3", 11 / 12))):
        options = ("-vf", square.format(stretch), "-aspect", aspect, "-c:v", "mpeg2video", "-b:v", "3M", "-g", "12")
        parts.append(part(tmp_path / f"{n}.m2v", "176x144", COLORS[n], *options))
    source = in_one(tmp_path / "source.ts", parts, "mpegvideo")
    made = carry_out(source, tmp_path / "out", {"file": FAST, "shots": SHOTS, "stream": LADDER})
    film = seen(made.path("file"))
    assert film.size == (256, 144)
    for time, want in ((0.5, RED), (1.5, GREEN), (2.5, BLUE)):
        _, _, width, height = film.bright(time, 170)
        assert abs(width - height) <= 4, time
        assert is_near(film.color(time, 0.25, 0.1), want, 25)
    assert is_near(film.color(0.5, 0.05), (0, 0, 0))
    assert is_near(film.color(1.5, 0.05), GREEN, 25)


def test_pixel_format_change_keeps_every_color(tmp_path):
    formats = ("yuv420p", "yuv444p", "yuv420p")
    parts = [
        part(
            tmp_path / f"{n}.h264",
            "160x90",
            COLORS[n],
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "25",
            "-pix_fmt",
            form,
        )
        for n, form in enumerate(formats)
    ]
    assert_colors_in_turn(
        carry_out(in_one(tmp_path / "source.mkv", parts, "h264"), tmp_path / "out", EVERY_KIND), (160, 90)
    )


def test_color_range_change_keeps_every_color(tmp_path):
    parts = []
    for n, (form, span) in enumerate((("yuv420p", "tv"), ("yuvj420p", "pc"), ("yuv420p", "tv"))):
        options = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", form, "-color_range", span)
        parts.append(part(tmp_path / f"{n}.h264", "160x90", COLORS[n], *options))
    assert_colors_in_turn(
        carry_out(in_one(tmp_path / "source.mkv", parts, "h264"), tmp_path / "out", EVERY_KIND), (160, 90)
    )


def test_color_tag_change_keeps_every_color(tmp_path):
    parts = []
    for n, matrix in enumerate(("smpte170m", "bt709", "smpte170m")):
        tags = f"setparams=colorspace={matrix}:color_primaries={matrix}:color_trc={matrix}:range=limited"
        picture = (
            "color=c=0xc83c1e:s=320x180:r=25:d=1,format=gbrp,"
            f"scale=out_color_matrix={matrix}:out_range=limited,format=yuv420p,{tags}"
        )
        coder = ("-c:v", "libx264", "-crf", "1", "-preset", "ultrafast", "-g", "25")
        parts.append(make(tmp_path / f"{n}.h264", "-f", "lavfi", "-i", picture, *coder))
    made = carry_out(in_one(tmp_path / "source.mkv", parts, "h264"), tmp_path / "out", {"file": FAST, "shots": SHOTS})
    film = seen(made.path("file"))
    assert [is_near(film.color(time), (200, 60, 30), 8) for time in (0.5, 1.5, 2.5)] == [True] * 3
    assert [is_near(image_color(path), (200, 60, 30), 8) for path in made.paths("shots")] == [True] * 3


@pytest.mark.parametrize("container", ["mkv", "ts"])
def test_seeking_in_a_size_change_finds_the_right_picture(tmp_path, container):
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")
    sizes = ("320x180", "160x120", "320x180")
    parts = [
        part(tmp_path / f"{n}.h264", size, color, *coder)
        for n, (size, color) in enumerate(zip(sizes, COLORS, strict=True))
    ]
    source = in_one(tmp_path / f"source.{container}", parts, "h264")
    shots = carry_out(source, tmp_path / "shots", {"shots": SHOTS})
    assert [
        is_near(image_color(path), color, 25)
        for path, color in zip(shots.paths("shots"), (RED, GREEN, BLUE), strict=True)
    ] == [True] * 3
    film = seen(
        carry_out(source, tmp_path / "part", {"file": {**FAST, "trim": {"start": "1.4s", "end": "2.6s"}}}).path("file")
    )
    assert [
        is_near(film.color(time), color, 25) for time, color in ((0.1, GREEN), (0.4, GREEN), (0.8, BLUE), (1.1, BLUE))
    ] == [True] * 4


# Sound.


def tone(path: Path, hertz: int, *options: str, layout: str = "stereo", rate: int = 48_000) -> Path:
    source = f"sine=frequency={hertz}:sample_rate={rate}:duration=1,aformat=channel_layouts={layout}"
    return make(path, "-f", "lavfi", "-i", source, *options)


def assert_tones_in_turn(path: Path, hertz: tuple[int, ...]) -> None:
    sound = heard(path)
    assert sound.seconds == pytest.approx(len(hertz), abs=0.1)
    for second, wanted in enumerate(hertz):
        assert sound.pitch(second + 0.2, second + 0.8) == pytest.approx(wanted, abs=8), second


@pytest.mark.parametrize(
    ("layouts", "rates"),
    [
        (("stereo", "5.1", "stereo"), (48_000, 48_000, 48_000)),
        (("mono", "stereo", "mono"), (48_000, 48_000, 48_000)),
        (("stereo", "stereo", "stereo"), (48_000, 44_100, 48_000)),
        (("5.1", "stereo", "mono"), (44_100, 48_000, 32_000)),
    ],
    ids=["2.0-5.1-2.0", "1.0-2.0-1.0", "48-44.1-48 kHz", "layout and rate"],
)
def test_sound_change_keeps_every_tone_at_its_time(tmp_path, layouts, rates):
    hertz = (440, 880, 660)
    parts = [
        tone(tmp_path / f"{n}.ac3", pitch, "-b:a", "192k", layout=layouts[n], rate=rates[n]).read_bytes()
        for n, pitch in enumerate(hertz)
    ]
    source = tmp_path / "source.ac3"
    source.write_bytes(b"".join(parts))
    film = tmp_path / "film.ts"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3")
    coder = ("-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "copy")
    argv = [ffmpeg(), "-nostdin", "-v", "error", *picture, "-i", str(source), *coder, str(film)]
    subprocess.run(argv, check=True, timeout=60)
    loud = {"kind": "transcode", "container": "m4a", "audio": {"loudness": -23}}
    outputs = {"file": FAST, "stream": LADDER, "song": {"kind": "transcode", "container": "mp3"}, "level": loud}
    made = carry_out(film, tmp_path / "out", outputs)
    (rung,) = [one for unit in made.plan.units for one in unit.artifacts if one.output == "stream" and one.expect.audio]
    for path in (made.path("file"), made.path("song"), made.path("level"), made.directory / rung.file):
        assert_tones_in_turn(path, hertz)


# Frames at uneven times.


def distinct(path: Path, seconds: float) -> int:
    """Different pictures in the beginning of a file, by their coarse shapes."""
    raw = decode(
        path,
        "-t",
        str(seconds),
        "-map",
        "0:v:0",
        "-vf",
        "scale=8:8",
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
    )
    return len({raw[start : start + 64] for start in range(0, len(raw), 64)})


def test_screen_recording_keeps_every_picture_of_its_motion(tmp_path):
    stills = "select='lt(t,1)+gt(t,5)+not(mod(n,30))'"
    source = make(
        tmp_path / "screen.mp4",
        *(
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=160x90:r=30:d=6",
            "-vf",
            stills,
            "-fps_mode",
            "vfr",
            "-enc_time_base",
            "1/90000",
        ),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "300"),
    )
    made = carry_out(source, tmp_path / "out", {"file": FAST, "stream": LADDER})
    assert made.plan.media.main_video.fastest_rate == 30
    assert stream_of(made.path("file"), "video")["r_frame_rate"] == "30/1"
    for path in (
        made.path("file"),
        *(made.directory / one.file for unit in made.plan.units for one in unit.artifacts if one.output == "stream"),
    ):
        assert distinct(path, 1) >= distinct(source, 1) - 1


def test_phone_jitter_keeps_the_rate_of_its_motion(tmp_path):
    jitter = "settb=1/90000,setpts='N*3000+mod(N*7919,900)'"
    source = make(
        tmp_path / "phone.mp4",
        *(
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=160x90:r=30:d=3",
            "-vf",
            jitter,
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "1/90000",
        ),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "30"),
    )
    made = carry_out(source, tmp_path / "out", {"file": FAST})
    assert stream_of(made.path("file"), "video")["r_frame_rate"] == "30/1"
    assert distinct(made.path("file"), 3) >= 0.9 * distinct(source, 3)


def test_constant_rate_source_has_no_fastest_rate(tmp_path):
    made = carry_out(clip(tmp_path / "c.mp4", audio=False), tmp_path / "out", {"file": FAST})
    assert made.plan.media.main_video.fastest_rate is None
