"""Pictures by the real ffmpeg: each frame's brightness is its number, so that the right one can be told."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from airflow_provider_media.core.packaging.webvtt import parse_webvtt
from tests.media import clip, ffmpeg, hdr10, interlaced, make, rotated, vfr
from tests.planned import carry_out

pytestmark = pytest.mark.integration

NUMBERED = "color=c=black:s=64x48:r=25:d=4,format=yuv420p,geq=lum='16+N*2':cb=128:cr=128"
WEB = {"kind": "transcode", "video": {"speed": "fastest"}}


@pytest.fixture
def numbered(tmp_path):
    """A hundred frames, 25 a second, each two steps brighter than the one before."""
    coder = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p")
    return make(tmp_path / "numbered.mp4", "-f", "lavfi", "-i", NUMBERED, *coder)


def opened(path) -> Image.Image:
    """A picture's pixels, with its file closed again."""
    with Image.open(path) as image:
        return image.convert("RGB")


def number_of(image: Image.Image, box: tuple[int, int, int, int] | None = None) -> int:
    """The number of the frame that a picture shows; JPEG and PNG stretch video's 16 to 235 to 0 to 255."""
    part = (image.crop(box) if box else image).convert("L")
    return round(part.getpixel((part.width // 2, part.height // 2)) * 219 / 255 / 2)


def numbers(made, output: str) -> list[int]:
    return [number_of(opened(path)) for path in made.paths(output)]


@pytest.mark.parametrize("beside", [{}, {"web": WEB}], ids=["alone", "beside an encode"])
def test_snapshot_is_first_frame_from_its_time_or_last_frame(numbered, tmp_path, beside):
    at = ["0s", "0.5s", "0.51s", "1.23s", "100%", "2s", "-1s"]
    made = carry_out(numbered, tmp_path / "w", {"shots": {"kind": "snapshots", "at": at, "format": "png"}, **beside})
    assert numbers(made, "shots") == [0, 13, 13, 31, 50, 75, 99]
    assert ("-ss" in made.plan.units[0].commands[0].arguments) is not bool(beside)


@pytest.mark.parametrize(
    ("every", "found"),
    [("1.1s", [0, 28, 55, 83]), ("30%", [30, 60, 90]), ("50%", [50, 99]), ("0.1s", [0, 3, 5, 8, 10])],
)
def test_samples_are_the_first_frames_at_or_after_their_times(numbered, tmp_path, every, found):
    made = carry_out(
        numbered, tmp_path / "w", {"web": WEB, "shots": {"kind": "sampled_snapshots", "every": every, "format": "png"}}
    )
    assert numbers(made, "shots")[: len(found)] == found


@pytest.mark.parametrize(("every", "step"), [("0.27s", 6.75), ("10%", 10), ("0.5s", 12.5)])
def test_sprite_cue_rectangle_shows_frame_on_display_at_its_start(numbered, tmp_path, every, step):
    spec = {"kind": "sprites", "every": every, "width": 32, "columns": 4, "rows": 2, "format": "png"}
    made = carry_out(numbered, tmp_path / "w", {"sprite": spec})
    sheets = {
        Path(key).name: path
        for key, path in zip(made.artifact("sprite").published(), made.paths("sprite"), strict=True)
    }
    cues = parse_webvtt(made.plan.documents[0].content)
    shown = [
        number_of(opened(sheets[cue.sheet]), (cue.x, cue.y, cue.x + cue.width, cue.y + cue.height)) for cue in cues
    ]
    assert shown == [int(step * n + 0.001) for n in range(len(cues))]
    assert cues[-1].end == pytest.approx(4.0)


def test_sprite_cells_after_video_end_show_last_frame_during_sound(tmp_path):
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2")
    picture = ("-f", "lavfi", "-i", NUMBERED.replace("d=4", "d=0.8"))
    source = make(tmp_path / "short.mkv", *picture, *tone, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    spec = {"kind": "sprites", "every": "0.3s", "width": 32, "columns": 7, "rows": 1, "format": "png"}
    made = carry_out(source, tmp_path / "w", {"sprite": spec})
    sheet = opened(made.path("sprite"))
    assert [number_of(sheet, (32 * n, 0, 32 * n + 32, sheet.height)) for n in range(7)] == [0, 7, 15, 19, 19, 19, 19]


@pytest.mark.parametrize("beside", [{}, {"web": WEB}], ids=["alone", "beside an encode"])
def test_cut_of_rare_frames_begins_with_the_frame_on_display(tmp_path, beside):
    picture = ("-f", "lavfi", "-i", NUMBERED.replace("r=25", "r=1").replace("N*2", "N*20"))
    source = make(
        tmp_path / "slow.mp4", *picture, "-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-pix_fmt", "yuv420p"
    )
    trimmed = {
        "kind": "transcode",
        "video": {"speed": "fastest", "frame_rate": 10},
        "trim": {"start": "1.6s", "end": "3.5s"},
    }
    made = carry_out(source, tmp_path / "w", {"part": trimmed, **beside})
    frames = tmp_path / "%d.png"
    subprocess.run([ffmpeg(), "-v", "error", "-i", made.path("part"), frames], check=True)
    shown = [round(number_of(opened(tmp_path / f"{n}.png")) / 10) for n in range(1, 20)]
    assert shown == [1] * 4 + [2] * 10 + [3] * 5


def test_gif_has_colours_of_its_last_scene(tmp_path):
    scenes = (
        "-f",
        "lavfi",
        "-i",
        "color=0x909020:s=64x48:r=5:d=1",
        "-f",
        "lavfi",
        "-i",
        "color=0x903090:s=64x48:r=5:d=0.4",
    )
    moving = "[0]drawbox=c=white:w=8:h=8:x=40*t:y=0:t=fill[a];[a][1]concat"
    source = make(tmp_path / "scenes.mkv", *scenes, "-filter_complex", moving, "-c:v", "ffv1", "-pix_fmt", "gbrp")
    made = carry_out(source, tmp_path / "w", {"loop": {"kind": "animated_image", "width": 64, "frame_rate": 5}})
    with Image.open(made.path("loop")) as image:
        image.seek(image.n_frames - 1)
        red, green, blue = image.convert("RGB").getpixel((32, 24))
    assert max(abs(red - 0x90), abs(green - 0x30), abs(blue - 0x90)) < 12


def test_maximum_number_of_snapshots_is_made(numbered, tmp_path):
    outputs = {
        "hundred": {"kind": "sampled_snapshots", "every": "1%"},
        "most": {"kind": "snapshots", "at": [f"{n / 2:g}%" for n in range(1, 201)]},
    }
    made = carry_out(numbered, tmp_path / "w", outputs)
    assert {name: len(made.paths(name)) for name in outputs} == {"hundred": 100, "most": 200}


def test_pictures_due_in_gap_between_frames_are_all_made(tmp_path):
    slow = clip(tmp_path / "slow.mp4", rate="1", seconds=3, audio=False)
    outputs = {
        "web": WEB,
        "shots": {"kind": "sampled_snapshots", "every": "0.4s"},
        "sprite": {"kind": "sprites", "every": "0.4s"},
    }
    made = carry_out(slow, tmp_path / "w", outputs)
    assert made.artifact("shots").count == 6
    assert len(made.artifact("sprite").times) == 8


@pytest.mark.parametrize("beside", [{}, {"web": WEB}], ids=["alone", "beside an encode"])
@pytest.mark.parametrize("suffix", ["ts", "mkv"])
def test_snapshots_show_their_times_when_sound_begins_before_video(tmp_path, suffix, beside):
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4")
    coders = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac")
    late = ("-itsoffset", "0.6", "-f", "lavfi", "-i", NUMBERED)
    source = make(tmp_path / f"late.{suffix}", *tone, *late, "-map", "0", "-map", "1", *coders)
    outputs = {"shots": {"kind": "snapshots", "at": ["0s", "1s", "2.6s", "100%"], "format": "png"}, **beside}
    first, *others = numbers(carry_out(source, tmp_path / "w", outputs), "shots")
    assert (first, others[-1]) == (0, 99)
    assert others[:2] == pytest.approx([10, 50], abs=1)


@pytest.mark.parametrize("beside", [{}, {"web": WEB}], ids=["alone", "beside an encode"])
def test_last_snapshot_of_cut_recording_is_its_last_frame(tmp_path, beside):
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4")
    coders = ("-c:v", "libx264", "-crf", "1", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac")
    whole = make(
        tmp_path / "whole.ts", "-f", "lavfi", "-i", NUMBERED, *tone, "-map", "0", "-map", "1", *coders
    ).read_bytes()
    source = tmp_path / "cut.ts"
    source.write_bytes(whole[len(whole) // 188 // 3 * 188 :])
    outputs = {"shots": {"kind": "snapshots", "at": ["50%", "100%"], "format": "png"}, **beside}
    assert numbers(carry_out(source, tmp_path / "w", outputs), "shots")[-1] == 99


def test_uneven_frame_times_give_every_picture(tmp_path):
    source = vfr(tmp_path / "vfr.mp4", seconds=2)
    made = carry_out(
        source,
        tmp_path / "w",
        {"shots": {"kind": "sampled_snapshots", "every": "0.1s"}, "sprite": {"kind": "sprites", "every": 0.1}},
    )
    assert made.artifact("shots").count >= 19


@pytest.mark.parametrize("fit", ["pad", "crop", "blur", "stretch"])
def test_picture_fit_fills_frame_of_odd_sides_exactly(tmp_path, fit):
    white = make(tmp_path / "c.mp4", "-f", "lavfi", "-i", "color=white:s=160x90:d=0.2", "-pix_fmt", "yuv420p")
    sizes = {"square": (77, 77), "wide": (78, 33), "high": (33, 78)}
    common = {"kind": "snapshots", "at": ["0s"], "format": "png", "fit": fit}
    made = carry_out(
        white, tmp_path / "w", {name: {**common, "width": w, "height": h} for name, (w, h) in sizes.items()}
    )
    pictures = {name: opened(made.path(name)) for name in sizes}
    assert {name: picture.size for name, picture in pictures.items()} == sizes
    dark = {
        name: (
            sum(picture.getpixel((0, picture.height // 2))) < 60,
            sum(picture.getpixel((picture.width // 2, 0))) < 60,
        )
        for name, picture in pictures.items()
    }
    beside, above, nowhere = (True, False), (False, True), (False, False)
    assert dark == ({"square": above, "wide": beside, "high": above} if fit == "pad" else dict.fromkeys(sizes, nowhere))


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_pictures_of_turned_sources_are_upright(tmp_path, clockwise):
    source = rotated(tmp_path / "turned.mp4", clockwise=clockwise, seconds=1, audio=False)
    made = carry_out(source, tmp_path / "w", {"web": WEB, "shot": {"kind": "snapshots", "at": ["0s"], "format": "png"}})
    frame = tmp_path / "web.png"
    subprocess.run([ffmpeg(), "-v", "error", "-i", made.path("web"), "-frames:v", "1", frame], check=True)
    # What any player shows of the source, which is what ffmpeg does without being told.
    seen = tmp_path / "seen.png"
    subprocess.run([ffmpeg(), "-v", "error", "-i", source, "-frames:v", "1", seen], check=True)
    for picture in (frame, made.path("shot")):
        assert difference(opened(picture), opened(seen)) < 6


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of brightness."""
    assert one.size == other.size
    a, b = one.convert("L").tobytes(), other.convert("L").tobytes()
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


@pytest.mark.parametrize("form", ["jpg", "png", "webp"])
def test_colours_of_bt709_video_are_those_of_the_picture(tmp_path, form):
    red = "color=c=0xC02010:s=320x180:r=25:d=0.2,scale=out_color_matrix=bt709,format=yuv420p"
    tags = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
    source = make(tmp_path / "red.mp4", "-f", "lavfi", "-i", red, "-c:v", "libx264", "-crf", "5", *tags)
    made = carry_out(source, tmp_path / "w", {"shot": {"kind": "snapshots", "at": [0], "format": form, "quality": 100}})
    pixel = opened(made.path("shot")).getpixel((160, 90))
    assert all(abs(found - wanted) <= 5 for found, wanted in zip(pixel, (0xC0, 0x20, 0x10), strict=True)), pixel


@pytest.fixture
def logo(tmp_path):
    Image.new("RGBA", (40, 20), (255, 0, 0, 255)).save(tmp_path / "logo.png")
    return str(tmp_path / "logo.png")


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, green, blue = image.getpixel((x, y))
    return red > 150 and green < 90 and blue < 90


def test_a_watermark_is_where_and_when_it_is_asked_for(tmp_path, logo):
    source = make(
        tmp_path / "gray.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=gray:s=320x180:r=25:d=2",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
    )
    mark = {"image": logo, "corner": "bottom_left", "x": "10px", "y": "10%", "size": "20%", "start": "1s"}
    outputs = {
        "web": WEB,
        "shots": {"kind": "snapshots", "at": ["0.5s", "1.5s"], "format": "png"},
        "plain": {"kind": "snapshots", "at": ["1.5s"], "format": "png", "watermarks": []},
        "sprite": {"kind": "sprites", "every": "1.5s", "width": 320, "format": "png"},
        "teaser": {"kind": "animated_image", "start": "1s", "watermarks": [{**mark, "start": None}]},
    }
    made = carry_out(source, tmp_path / "w", outputs, watermarks=[mark])
    # 64x32 pixels at 10 from the left and 18 from the bottom.
    inside, outside = (12, 160), (80, 160)
    before, after = (opened(path) for path in made.paths("shots"))
    assert not is_red(before, *inside)
    assert is_red(after, *inside)
    assert not is_red(after, *outside)
    assert not is_red(opened(made.path("plain")), *inside)
    assert not is_red(opened(made.path("sprite")), 320 + inside[0], inside[1])
    assert is_red(opened(made.path("teaser")), *inside)
    for second, there in (("0.5", False), ("1.5", True)):
        frame = tmp_path / f"at{second}.png"
        subprocess.run(
            [ffmpeg(), "-v", "error", "-ss", second, "-i", made.path("web"), "-frames:v", "1", frame], check=True
        )
        assert is_red(opened(frame), *inside) is there


def test_text_watermark_scales_with_picture_and_half_opacity_shows_through(tmp_path):
    source = make(
        tmp_path / "black.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=black:s=320x180:r=25:d=1",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
    )
    mark = {"text": "WWW", "corner": "top_left", "x": 0, "y": 0, "size": "20%", "color": "#ffffff"}
    outputs = {
        name: {
            "kind": "snapshots",
            "at": [0],
            "format": "png",
            "width": width,
            "watermarks": [{**mark, "opacity": opacity}],
        }
        for name, width, opacity in (("large", 320, 1.0), ("small", 160, 1.0), ("faint", 320, 0.5))
    }
    made = carry_out(source, tmp_path / "w", outputs)
    boxes = {name: opened(made.path(name)).convert("L").point(lambda v: 255 * (v > 60)).getbbox() for name in outputs}
    assert boxes["small"][2] == pytest.approx(boxes["large"][2] / 2, abs=6)
    brightest = {name: opened(made.path(name)).convert("L").getextrema()[1] for name in outputs}
    assert brightest["large"] > 240
    assert 100 < brightest["faint"] < 150


def test_hdr_becomes_a_picture_with_whole_contrast(tmp_path):
    made = carry_out(
        hdr10(tmp_path / "hdr.mp4"),
        tmp_path / "w",
        {"web": WEB, "shot": {"kind": "snapshots", "at": ["0s"], "format": "png"}},
    )
    low, high = opened(made.path("shot")).convert("L").getextrema()
    assert low < 40
    assert high > 180
    tags = made.artifact("web").expect.video[0]
    assert (tags.bit_depth, tags.codec) == (8, "h264")


def test_two_fields_become_one_picture_without_combing(tmp_path):
    made = carry_out(
        interlaced(tmp_path / "fields.mp4"),
        tmp_path / "w",
        {"web": WEB, "shot": {"kind": "snapshots", "at": ["0.5s"], "format": "png"}},
    )
    woven = tmp_path / "woven.png"
    subprocess.run(
        [ffmpeg(), "-v", "error", "-ss", "0.5", "-i", tmp_path / "fields.mp4", "-frames:v", "1", woven], check=True
    )
    assert combing(opened(made.path("shot"))) < combing(opened(woven)) * 0.8


@pytest.mark.parametrize("beside", [{}, {"web": WEB}], ids=["alone", "beside an encode"])
@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_two_fields_become_one_picture_before_they_are_turned_upright(tmp_path, clockwise, beside):
    lying, source = interlaced(tmp_path / "fields.mp4"), tmp_path / "turned.mp4"
    argv = [ffmpeg(), "-v", "error", "-display_rotation", str(-clockwise), "-i", lying, "-c", "copy", source]
    subprocess.run(argv, check=True)
    outputs = {"shot": {"kind": "snapshots", "at": ["0.5s"], "format": "png"}, **beside}
    upright, unturned = (opened(carry_out(one, tmp_path / one.stem, outputs).path("shot")) for one in (source, lying))
    assert difference(upright, unturned.rotate(-clockwise, expand=True)) < 1


def combing(image: Image.Image) -> float:
    """How much more neighbouring lines differ than those two apart."""
    gray = image.convert("L")
    rows = [gray.crop((0, y, gray.width, y + 1)).tobytes() for y in range(gray.height)]

    def apart(lines: int) -> float:
        return sum(abs(a - b) for y in range(len(rows) - 2) for a, b in zip(rows[y], rows[y + lines], strict=True))

    return apart(1) / max(1.0, apart(2))


def test_gif_palette_holds_the_colors_of_the_last_scene(tmp_path):
    scenes = (
        "color=red:s=64x48:r=25:d=1[a];color=green:s=64x48:r=25:d=1[b];color=blue:s=64x48:r=25:d=1[c];"
        "[a][b][c]concat=n=3:v=1"
    )
    source = make(
        tmp_path / "scenes.mp4",
        "-f",
        "lavfi",
        "-i",
        scenes,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
    )
    path = carry_out(source, tmp_path / "w", {"loop": {"kind": "animated_image", "frame_rate": 5}}).path("loop")
    with Image.open(path) as image:
        image.seek(image.n_frames - 1)
        red, green, blue = image.convert("RGB").getpixel((32, 24))
    assert (red < 20, green < 20, blue > 230) == (True, True, True)
