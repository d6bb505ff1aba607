"""Pictures of odd sources look, in every output, as a correct player shows the source, and are tagged so."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.media import clip, ffmpeg, hdr10, make
from tests.planned import Made, carry_out
from tests.playback import Color, image_color, is_near, seen, stream_of

pytestmark = pytest.mark.integration

FAST = {"kind": "transcode", "video": {"speed": "fastest", "crf": 8}}
STILLS = {form: {"kind": "snapshots", "at": ["0s"], "format": form, "quality": 100} for form in ("jpg", "png", "webp")}
LOOP = {"kind": "animated_image", "end": "0.4s", "frame_rate": 5}
LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "renditions": [{"short_side": 120, "max_bitrate": 300_000}, {"short_side": 90, "max_bitrate": 200_000}],
}
PATCH: Color = (200, 60, 30)
"""A colour that comes out wrong by a wrong matrix, and by a wrong range."""
LOSSLESS = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "25")
TAGS = ("color_space", "color_primaries", "color_transfer", "color_range")


def patch(path: Path, size: str, filters: str, *options: str) -> Path:
    """Half a second of one colour, which filters bring into another form."""
    picture = f"color=c=#{PATCH[0]:02x}{PATCH[1]:02x}{PATCH[2]:02x}:s={size}:r=10:d=0.5,format=gbrp"
    return make(path, "-f", "lavfi", "-i", f"{picture},{filters}", *options)


def files_of(made: Made, output: str) -> list[Path]:
    """All files of an output."""
    return [made.directory / one.file for unit in made.plan.units for one in unit.artifacts if one.output == output]


def assert_patch(made: Made, wanted: Color = PATCH, *, slack: int = 10) -> None:
    """Every output shows the patch, and video says by its tags how its samples mean it."""
    for output in ("file", "stream"):
        for path in files_of(made, output):
            assert is_near(seen(path, rate=10).color(0.2), wanted, slack), path.name
            tags = stream_of(path, "video")
            assert all(tags.get(name) for name in TAGS), tags
    for output in (*STILLS, "loop"):
        if files_of(made, output):
            assert is_near(image_color(made.path(output)), wanted, slack), output


EVERY_KIND = {"file": FAST, "stream": LADDER, "loop": LOOP, **STILLS}


@pytest.mark.parametrize("form", ["gbrp", "rgb24", "pal8"])
def test_rgb_source_keeps_its_colors_in_every_kind(tmp_path, form):
    coder = {
        "gbrp": ("-c:v", "ffv1"),
        "rgb24": ("-c:v", "libx264rgb", "-crf", "0", "-preset", "ultrafast"),
        "pal8": ("-c:v", "png"),
    }[form]
    suffix = {"pal8": ".mov"}.get(form, ".mkv")
    filters = "split[a][b];[a]palettegen=max_colors=8[p];[b][p]paletteuse" if form == "pal8" else f"format={form}"
    source = patch(tmp_path / f"rgb{suffix}", "320x180", filters, *coder)
    assert_patch(carry_out(source, tmp_path / "out", EVERY_KIND))


@pytest.mark.parametrize("form", ["gray", "gray10le"])
def test_gray_source_keeps_its_shade(tmp_path, form):
    shade = f"color=c=0x404040:s=160x90:r=10:d=0.5,format=gbrp,scale=out_range=full,format={form}"
    source = make(tmp_path / "gray.mkv", "-f", "lavfi", "-i", shade, "-c:v", "ffv1")
    assert_patch(carry_out(source, tmp_path / "out", EVERY_KIND), (64, 64, 64))


@pytest.mark.parametrize("form", ["yuvj420p", "yuv444p"])
@pytest.mark.parametrize("matrix", ["bt709", "smpte170m"])
def test_full_range_source_becomes_limited_and_keeps_its_colors(tmp_path, form, matrix):
    converted = f"scale=out_color_matrix={matrix}:out_range=full,format={form},setparams=colorspace={matrix}:range=full"
    source = patch(tmp_path / "full.mp4", "320x180", converted, *LOSSLESS)
    assert is_near(seen(source, rate=10).color(0.2), PATCH)
    made = carry_out(source, tmp_path / "out", EVERY_KIND)
    assert_patch(made)
    assert stream_of(made.path("file"), "video")["color_range"] == "tv"


@pytest.mark.parametrize(
    ("size", "matrix", "tag"),
    [
        ("1280x720", "bt709", "bt709"),
        ("720x576", "bt601", "bt470bg"),
        ("720x480", "bt601", "smpte170m"),
        ("720x1280", "bt709", "bt709"),
    ],
)
def test_untagged_source_is_tagged_as_players_take_it(tmp_path, size, matrix, tag):
    untagged = "setparams=colorspace=unknown:range=unknown:color_primaries=unknown:color_trc=unknown"
    converted = f"scale=out_color_matrix={matrix}:out_range=limited,format=yuv420p,{untagged}"
    source = patch(tmp_path / "untagged.mp4", size, converted, *LOSSLESS)
    assert "color_space" not in stream_of(source, "video")
    made = carry_out(source, tmp_path / "out", EVERY_KIND)
    assert_patch(made)
    assert {stream_of(path, "video")["color_space"] for path in (made.path("file"), *files_of(made, "stream"))} == {tag}


# Shapes.

MARKED = (
    "color=c=gray:s=160x90:r=10:d=0.5,drawbox=x=8:y=8:w=40:h=12:color=white:t=fill,"
    "drawbox=x=120:y=60:w=16:h=16:color=black:t=fill"
)


@pytest.mark.parametrize("flip", ["", "h", "v"])
@pytest.mark.parametrize("counter_clockwise", [0, 90, 180, 270])
def test_rotation_with_reflection_shows_what_ffmpeg_shows(tmp_path, flip, counter_clockwise):
    flat = make(tmp_path / "flat.mp4", "-f", "lavfi", "-i", MARKED, *LOSSLESS, "-pix_fmt", "yuv420p")
    source = tmp_path / "turned.mp4"
    matrix = ("-display_rotation", str(counter_clockwise), *((f"-display_{flip}flip",) if flip else ()))
    argv = [ffmpeg(), "-v", "error", *matrix, "-i", str(flat), "-c", "copy", str(source)]
    subprocess.run(argv, check=True, timeout=60)
    wanted = seen(source, rate=10)
    found = seen(carry_out(source, tmp_path / "out", {"file": FAST}).path("file"), rate=10)
    assert found.size == wanted.size
    assert found.bright(0.2, 200) == wanted.bright(0.2, 200)


def test_reflected_interlaced_source_is_turned_after_its_fields_are_one(tmp_path):
    weave = ("-vf", "setfield=tff", "-flags", "+ildct+ilme", "-x264-params", "tff=1")
    flat = make(
        tmp_path / "flat.mp4", "-f", "lavfi", "-i", MARKED.replace("90", "96"), *LOSSLESS, "-pix_fmt", "yuv420p", *weave
    )
    source = tmp_path / "turned.mp4"
    argv = [
        ffmpeg(),
        "-v",
        "error",
        "-display_rotation",
        "90",
        "-display_hflip",
        "-i",
        str(flat),
        "-c",
        "copy",
        str(source),
    ]
    subprocess.run(argv, check=True, timeout=60)
    made = carry_out(source, tmp_path / "out", {"file": FAST})
    assert made.plan.media.main_video.interlaced
    assert made.plan.media.main_video.mirrored
    wanted, found = seen(source, rate=10), seen(made.path("file"), rate=10)
    assert found.size == wanted.size
    assert all(abs(a - b) <= 2 for a, b in zip(found.bright(0.2, 190), wanted.bright(0.2, 190), strict=True))


@pytest.mark.skipif(
    not shutil.which("mkvpropedit"), reason="mkvtoolnix is not installed: only its mkvpropedit writes PixelCrop"
)
@pytest.mark.parametrize(
    "sides", [{"top": 30, "bottom": 30}, {"left": 40, "right": 0}, {"left": 20, "right": 20, "top": 10, "bottom": 20}]
)
def test_pixel_crop_is_no_part_of_the_picture(tmp_path, sides):
    box = "color=c=gray:s=320x180:r=10:d=0.5,drawbox=x=110:y=40:w=100:h=100:color=white:t=fill"
    source = make(tmp_path / "cropped.mkv", "-f", "lavfi", "-i", box, *LOSSLESS, "-pix_fmt", "yuv420p")
    width = 320 - sides.get("left", 0) - sides.get("right", 0)
    height = 180 - sides.get("top", 0) - sides.get("bottom", 0)
    edits = [option for side, pixels in sides.items() for option in ("--set", f"pixel-crop-{side}={pixels}")]
    edits += ["--set", f"display-width={width}", "--set", f"display-height={height}"]
    subprocess.run(["mkvpropedit", "-q", str(source), "--edit", "track:v1", *edits], check=True, timeout=60)
    made = carry_out(source, tmp_path / "out", {"file": FAST, "shot": STILLS["png"], "stream": LADDER})
    film = seen(made.path("file"), rate=10)
    assert film.size == (width, height)
    assert film.bright(0.2, 200)[2:] == (100, 100)
    assert image_color(made.path("shot"), 2, 2) == image_color(made.path("shot"), width - 3, height - 3)


def test_clean_aperture_is_no_part_of_the_picture(tmp_path):
    box = (
        "color=c=gray:s=160x96:r=10:d=0.5,drawbox=x=0:y=0:w=160:h=8:color=white:t=fill,"
        "drawbox=x=60:y=30:w=40:h=40:color=white:t=fill"
    )
    source = make(tmp_path / "clap.mov", "-f", "lavfi", "-i", box, *LOSSLESS, "-pix_fmt", "yuv420p")
    write_clean_aperture(source, 160, 80)
    assert any(
        side["side_data_type"] == "Frame Cropping" for side in stream_of(source, "video").get("side_data_list", ())
    )
    film = seen(carry_out(source, tmp_path / "out", {"file": FAST}).path("file"), rate=10)
    assert film.size == (160, 80)
    assert film.bright(0.2, 200) == (60, 22, 40, 40)


def write_clean_aperture(path: Path, width: int, height: int) -> None:
    """Put a clean aperture of this size, around the middle, into a QuickTime file whose index lies at its end."""
    data = path.read_bytes()
    box = b"\0\0\0\x28clap" + b"".join(number.to_bytes(4, "big") for number in (width, 1, height, 1, 0, 1, 0, 1))
    place = data.index(b"avcC") - 4
    grown = bytearray(data[:place] + box + data[place:])
    for name in (b"avc1", b"stsd", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        at = data.rindex(name, 0, place) - 4
        grown[at : at + 4] = (int.from_bytes(grown[at : at + 4], "big") + len(box)).to_bytes(4, "big")
    path.write_bytes(grown)


def test_attached_picture_is_no_video(tmp_path):
    film = clip(tmp_path / "film.mp4", seconds=0.6)
    cover = make(tmp_path / "cover.jpg", "-f", "lavfi", "-i", "color=red:s=640x640", "-frames:v", "1")
    source = tmp_path / "covered.mp4"
    maps = ("-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic")
    subprocess.run(
        [ffmpeg(), "-v", "error", "-i", str(film), "-i", str(cover), *maps, str(source)], check=True, timeout=60
    )
    made = carry_out(source, tmp_path / "out", {"file": FAST, "shot": STILLS["png"]})
    assert seen(made.path("file")).size == (160, 90)
    assert not is_near(image_color(made.path("shot")), (254, 0, 0))


# Static HDR metadata.


def mastering(path: Path) -> dict[str, float]:
    """Mastering display and light levels of a file's first frame, as its decoder tells them."""
    argv = [
        ffmpeg(),
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-frames:v",
        "1",
        "-vf",
        "showinfo",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stderr
    figure = r"\(?([\d.]+),? ?([\d.]*)"
    names = {
        "r": "r",
        "g": "g",
        "wp": "wp",
        "min_luminance=": "least",
        "max_luminance=": "most",
        "MaxCLL=": "peak",
        "MaxFALL=": "average",
    }
    lines = [line for line in said.splitlines() if line.startswith("[Parsed_showinfo") and "side data" in line]
    found = {
        key: re.search(rf"[ ,]{name}{figure}", line)
        for line in lines
        for name, key in names.items()
        if f" {name}" in line
    }
    return {key: float(match[1]) for key, match in found.items() if match}


def assert_mastering(path: Path) -> None:
    wanted = {"r": 0.68, "g": 0.265, "wp": 0.3127, "least": 0.0001, "most": 1000, "peak": 1000, "average": 400}
    # AV1 counts the least luminance in 1/16384 of a candela.
    assert mastering(path) == pytest.approx(wanted, rel=0.001, abs=0.00005), path.name


def test_static_hdr_metadata_survives_in_every_codec_and_rung(tmp_path):
    files = {
        codec: {
            "kind": "transcode",
            "video": {"codec": codec, "speed": "fastest", "dynamic_range": "keep", "bit_depth": 10},
        }
        for codec in ("h265", "h264", "av1")
    }
    stream = {**LADDER, "codec": "h265", "dynamic_range": "keep"}
    made = carry_out(
        hdr10(tmp_path / "hdr.mp4", width=320, height=180, seconds=0.4), tmp_path / "out", {**files, "stream": stream}
    )
    for path in (
        *(made.path(codec) for codec in files),
        *(p for p in files_of(made, "stream") if "audio" not in p.name),
    ):
        assert_mastering(path)
        assert stream_of(path, "video")["color_transfer"] == "smpte2084"


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_static_hdr_metadata_of_av1_source_survives_in_other_codecs(tmp_path, suffix):
    """AV1 and Matroska count in other units, and hold them in other places."""
    params = (
        "mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.0001):content-light=1000,400"
    )
    tags = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084:range=limited"
    picture = f"testsrc2=s=160x90:r=10:d=0.5,format=yuv420p10le,{tags}"
    coder = ("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", params)
    source = make(tmp_path / f"hdr{suffix}", "-f", "lavfi", "-i", picture, *coder)
    keep = {"speed": "fastest", "dynamic_range": "keep", "bit_depth": 10}
    made = carry_out(
        source,
        tmp_path / "out",
        {codec: {"kind": "transcode", "video": {**keep, "codec": codec}} for codec in ("h265", "h264")},
    )
    for codec in ("h265", "h264"):
        assert_mastering(made.path(codec))


def test_sdr_output_of_an_hdr_source_has_no_hdr_metadata(tmp_path):
    made = carry_out(hdr10(tmp_path / "hdr.mp4", seconds=0.4), tmp_path / "out", {"file": FAST})
    assert mastering(made.path("file")) == {}
    assert stream_of(made.path("file"), "video")["color_transfer"] == "bt709"
