"""Watermarks' pictures are fetched within limits, and their texts drawn as they are."""

import io
from dataclasses import replace
from pathlib import Path

import font_roboto
import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.overlays import OVERLAY_BYTES, draw_overlays, draw_text, overlay_versions
from airflow_provider_media.core.plans import Overlay
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.workflows.parsing import build_workflow

LOGO = "s3://brand/logo.png"


def picture(form="PNG", size=(40, 20), mode="RGB"):
    from PIL import Image

    stream = io.BytesIO()
    plain = Image.new("1", size) if mode == "1" else Image.new("RGB", size, "red").convert(mode)
    plain.save(stream, form)
    return stream.getvalue()


def image_overlay(uri=LOGO):
    return Overlay(file="overlay.png", image=uri)


def text_overlay(text="Airflow", **fields):
    return Overlay(**{"file": "overlay.png", "text": text, "line_height": 40, **fields})


def drawn(tmp_path, text="Airflow", **fields):
    draw_text(text_overlay(text, **fields), None, tmp_path / "overlay.png")
    return opened(tmp_path / "overlay.png")


def opened(path):
    from PIL import Image

    with Image.open(path) as image:
        image.load()
        return image


@pytest.mark.parametrize("text", ["Airflow", "ace", "gjpqy", "1/2 (3) @#&", "....", " "])
@pytest.mark.parametrize("height", [8, 13, 40, 200])
def test_every_text_is_as_high_as_its_line(tmp_path, text, height):
    image = drawn(tmp_path, text, line_height=height)
    assert image.height == height
    assert image.mode == "RGBA"


def test_a_line_of_no_height_is_still_drawn(tmp_path):
    assert drawn(tmp_path, line_height=0).height == 8


def test_text_overlay_fills_line_and_keeps_baseline_for_any_text(tmp_path):
    capital = drawn(tmp_path, "H", line_height=100).getbbox()
    descender = drawn(tmp_path, "Hg", line_height=100).getbbox()
    assert capital[1] == descender[1]
    assert capital[3] < descender[3] <= 100
    assert capital[3] - capital[1] > 50


def test_no_letter_is_cut_off_at_the_sides(tmp_path):
    image = drawn(tmp_path, "WAVE", line_height=100)
    left, _, right, _ = image.getbbox()
    assert left >= 0
    assert right <= image.width
    # The edge of the outermost letters is faint, not cut: nothing opaque touches the picture's sides.
    alpha = image.getchannel("A")
    sides = [alpha.getpixel((x, y)) for x in (0, image.width - 1) for y in range(image.height)]
    assert max(sides) < 255


def test_a_text_has_its_colour_and_a_dark_edge(tmp_path):
    image = drawn(tmp_path, "I", color="#12ab34", line_height=200)
    colours = {pixel for _, pixel in image.getcolors(100_000)}
    assert (0x12, 0xAB, 0x34, 255) in colours
    assert any(pixel[:3] == (0, 0, 0) and 0 < pixel[3] < 255 for pixel in colours)


@pytest.mark.parametrize("text", ["%{localtime}", "a:b'c\\d", "{input_name}", "%05d", "<b>x</b>", "$(id)"])
def test_nothing_in_a_text_is_interpreted(tmp_path, text):
    # As wide as the sum of what stands there: neither shortened nor expanded.
    whole = drawn(tmp_path, text, line_height=100).width
    letters = sum(drawn(tmp_path, letter, line_height=100).width for letter in text)
    edges = 2 * (100 // 16) * (len(text) - 1)
    assert whole == pytest.approx(letters - edges, rel=0.25)


def test_line_breaks_do_not_make_a_text_higher(tmp_path):
    assert drawn(tmp_path, "one\ntwo\tthree").size == drawn(tmp_path, "one two three").size


def test_a_text_that_would_take_a_gigapixel_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="too large for a watermark"):
        draw_text(text_overlay("W" * 200, line_height=4320), None, tmp_path / "overlay.png")


def test_text_overlay_characters_missing_in_every_font_named_not_drawn(tmp_path):
    with pytest.raises(ConfigurationError, match="have no 'ཀ་': name a TrueType or OpenType font that has"):
        drawn(tmp_path, "media ཀ་")


def test_text_overlay_characters_missing_in_custom_font_use_no_fallback(engine, storage, tmp_path):
    storage.put("s3://brand/font.ttf", Path(font_roboto.RobotoMedium).read_bytes(), media_type="font/ttf")
    draw_overlays([text_overlay("media", font="s3://brand/font.ttf")], tmp_path, engine)
    with pytest.raises(ConfigurationError, match="has no '媒体': name a TrueType or OpenType font that has"):
        draw_overlays([text_overlay("media 媒体", font="s3://brand/font.ttf")], tmp_path, engine)


@pytest.mark.parametrize(
    "text", ["안녕하세요", "简体中文", "مرحبا مُحَمَّدٌ", "שָׁלוֹם", "ที่นี่ ปู่ น้ำ", "र्क्ष हिन्दी", "👨‍👩‍👧‍👦", "Hello 세계 مرحبا 👋"]
)
@pytest.mark.parametrize("height", [12, 40, 200])
def test_a_text_of_any_script_is_drawn_within_its_line(tmp_path, text, height):
    image = drawn(tmp_path, text, line_height=height)
    alpha = image.getchannel("A")
    assert image.height == height
    # Letters are opaque; their edge is not, and only it may touch the picture's sides.
    assert alpha.getextrema()[1] > 200
    rows = [0, height - 1]
    assert max(alpha.getpixel((x, y)) for x in range(image.width) for y in rows) < 200


def test_a_font_can_be_chosen_and_must_be_one(engine, storage, tmp_path):
    storage.put("s3://brand/font.ttf", b"no font", media_type="font/ttf")
    overlay = text_overlay(font="s3://brand/font.ttf")
    with pytest.raises(ConfigurationError, match=r"s3://brand/font.ttf is no TrueType or OpenType font"):
        draw_overlays([overlay], tmp_path, engine)


KINDS = [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB")]


@pytest.mark.parametrize(("form", "mode"), KINDS)
def test_image_overlay_of_every_format_becomes_rgba_png(engine, storage, tmp_path, form, mode):
    storage.put(LOGO, picture(form, mode=mode), media_type="image/png")
    draw_overlays([image_overlay()], tmp_path, engine)
    image = opened(tmp_path / "overlay.png")
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (40, 20))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["overlay.png"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no PNG, JPEG or WebP picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no PNG, JPEG or WebP picture"),
        (picture("GIF"), "is no PNG, JPEG or WebP picture"),
        (picture("PNG")[:40], "is no PNG, JPEG or WebP picture"),
        (picture("PNG", size=(4097, 4097), mode="1"), r"is 4097x4097 pixels; a watermark has at most 16777216"),
        (picture("PNG", size=(10_000, 9_000), mode="1"), "pixels; a watermark has at most 16777216"),
        (picture("PNG", size=(20_000, 10_000), mode="1"), "pixels; a watermark has at most 16777216"),
        (
            bytes(OVERLAY_BYTES + 1),
            f"has {OVERLAY_BYTES + 1} bytes; a watermark's image or font has at most {OVERLAY_BYTES}",
        ),
    ],
    ids=["empty", "svg", "gif", "cut", "large", "bomb warning", "bomb", "heavy"],
)
def test_image_overlay_not_image_or_too_large_refused_by_name(engine, storage, tmp_path, content, words):
    storage.put(LOGO, content, media_type="image/png")
    with pytest.raises(ConfigurationError, match=f"{LOGO}.*{words}"):
        draw_overlays([image_overlay()], tmp_path, engine)


def test_image_overlay_missing_image_is_configuration_error(engine, tmp_path):
    with pytest.raises(ConfigurationError, match="a watermark's image or font cannot be read") as caught:
        draw_overlays([image_overlay()], tmp_path, engine)
    assert caught.value.exit_code == 2


def a_workflow(**fields):
    return build_workflow({"name": "marked", "outputs": {"poster": {"kind": "snapshots", "at": [1]}}, **fields})


def test_versions_tell_one_picture_from_another_under_the_same_name(engine, storage):
    workflow = a_workflow(watermarks=[{"image": LOGO}])
    storage.put(LOGO, picture(), media_type="image/png")
    first = overlay_versions(workflow, engine)
    storage.put(LOGO, picture(size=(50, 20)), media_type="image/png")
    assert set(first) == {LOGO}
    assert overlay_versions(workflow, engine) != first


def test_overlay_versions_include_watermarks_of_single_outputs_and_fonts(engine, storage):
    storage.put("s3://brand/font.ttf", b"font", media_type="font/ttf")
    marks = [{"text": "x", "font": "s3://brand/font.ttf"}, {"image": "s3://brand/missing.png"}]
    workflow = a_workflow(
        outputs={"poster": {"kind": "snapshots", "at": [1], "watermarks": marks}, "facts": {"kind": "probe_report"}}
    )
    # The missing one fails the unit that draws it, which may be optional.
    assert set(overlay_versions(workflow, engine)) == {"s3://brand/font.ttf"}


def test_overlay_versions_storage_failure_is_not_missing_image(engine):
    class Down(MemoryStorage):
        def get(self, uri):
            raise StorageError("the connection broke")

    with pytest.raises(StorageError, match="the connection broke"):
        overlay_versions(a_workflow(watermarks=[{"image": LOGO}]), replace(engine, storages=lambda _: Down()))
