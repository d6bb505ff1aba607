import json
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.packaging.webvtt import sprite_webvtt
from airflow_provider_media.core.publication.gallery import contact_sheet, human_size, player_page

VOID = {"meta", "link", "img", "source", "input", "br"}


class Page(HTMLParser):
    """Checks that tags nest and attributes are there once, and keeps what a browser would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.tags, self.links, self.words, self.cues = [], [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"{tag} has an attribute twice"
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "poster")]
        if tag == "img":
            assert dict(attrs)["alt"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] == "script" and not self.cues:
            self.cues = data


ROOT = "s3://bucket/out/"


def made(output: str, key: str, media_type: str, **facts) -> ManifestEntry:
    return ManifestEntry(
        output=output, file=key, uri=ROOT + key, size=123_456, sha256="0" * 64, media_type=media_type, facts=facts
    )


VTT = sprite_webvtt([0, 1], 2.0, ["sheet 1.jpg"], 2, 1, (160, 90))
EVERYTHING = (
    made("stream", "stream/720p/00001.m4s", "video/iso.segment"),
    made("stream", "stream/720p/init.mp4", "video/mp4"),
    made("stream", "stream/master.m3u8", "application/vnd.apple.mpegurl", duration=2.0),
    made("mp4", "video.mp4", "video/mp4", width=1280, height=720, duration=2.0, codecs=["h264", "aac"]),
    made("thumbs", "sprites/sheet 1.jpg", "image/jpeg", width=320, height=90),
    made("thumbs", "sprites/thumbs.vtt", "text/vtt"),
    made("shots", "shots/1.jpg", "image/jpeg", width=1280, height=720),
    made("preview", "preview.gif", "image/gif", width=320, height=180, duration=3.0),
)


def a_manifest(outputs=EVERYTHING, **changes) -> Manifest:
    facts = {
        "job_id": "j1",
        "workflow": "vod",
        "workflow_hash": "h",
        "source": {"uri": "s3://in/a clip.mp4"},
        "uri": f"{ROOT}.media/jobs/j1/manifest.json",
    }
    return Manifest(**{**facts, **changes}, outputs=outputs)


def test_page_holds_player_pictures_and_table_with_relative_links_only():
    page = Page(player_page(a_manifest(), texts={f"{ROOT}sprites/thumbs.vtt": VTT}))
    assert {"video", "table", "figure", "input"} <= set(page.tags)
    assert all(not urlsplit(link).scheme and not link.startswith("/") for link in page.links)
    keys = {made.uri.removeprefix(ROOT) for made in EVERYTHING}
    assert {unquote(link) for link in page.links} == keys - {"stream/720p/00001.m4s", "stream/720p/init.mp4"}
    assert [cue["sheet"] for cue in json.loads(page.cues)] == ["sprites/sheet%201.jpg"] * 2


def test_page_elsewhere_has_given_addresses_and_plays_no_stream():
    address = lambda uri: f"https://signed.example/{uri.removeprefix(ROOT)}?sig=a&b"
    page = Page(player_page(a_manifest(), texts={f"{ROOT}sprites/thumbs.vtt": VTT}, address=address))
    assert all(link.startswith("https://signed.example/") and link.endswith("?sig=a&b") for link in page.links)
    assert {cue["sheet"] for cue in json.loads(page.cues)} == {address(f"{ROOT}sprites/sheet 1.jpg")}
    sources = [tag for tag in page.tags if tag == "source"]
    assert len(sources) == 1, "the plain file, not the stream"


def test_parts_of_streams_are_not_asked_for_an_address():
    asked = []
    player_page(a_manifest(), address=lambda uri: asked.append(uri) or "https://signed.example/")
    assert f"{ROOT}video.mp4" in asked
    assert f"{ROOT}stream/720p/00001.m4s" not in asked


def test_player_page_of_many_pictures_shows_the_first():
    pictures = tuple(
        made("shots", f"shots/{number:05d}.jpg", "image/jpeg", width=32, height=18) for number in range(501)
    )
    asked = []
    page = Page(player_page(a_manifest(pictures), address=lambda uri: asked.append(uri) or uri))
    assert page.tags.count("figure") == 500
    assert asked == [picture.uri for picture in pictures[:500]]
    assert "(snapshots, the first 500 of 501)" in page.words
    assert "and 1 more files, which manifest.json names" in page.words


def test_poster_is_snapshot_and_hls_comes_before_plain_file():
    text = player_page(a_manifest())
    assert 'poster="shots/1.jpg"' in text
    assert text.index("stream/master.m3u8") < text.index('src="video.mp4"')


def test_player_page_names_waveform_and_never_shows_it_as_poster():
    waves = made("waves", "waves.png", "image/png", width=1800, height=280, codecs=["png"], content="waveform")
    text = player_page(a_manifest((waves, *EVERYTHING)))
    assert 'poster="shots/1.jpg"' in text
    assert "waves <small>(waveform)" in text


def test_no_scrub_bar_without_sprites_and_no_player_without_media():
    assert "input" not in Page(player_page(a_manifest())).tags
    pictures = tuple(item for item in EVERYTHING if item.media_type.startswith("image/"))
    assert "video" not in Page(player_page(a_manifest(pictures))).tags
    assert "table" in Page(player_page(a_manifest(()))).tags


def test_nothing_is_loaded_from_another_place():
    text = player_page(a_manifest(), texts={f"{ROOT}sprites/thumbs.vtt": VTT})
    assert "http:" not in text
    assert "https:" not in text
    assert "//" not in text.replace("</", "")


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_no_name_can_break_out_of_the_page(name):
    hostile = f'<script>alert("{name}")</script>\'&{name}'.replace("/", "_").replace("\\", "_")
    item = made(hostile, f"x/{hostile}.jpg", "image/jpeg", width=1, height=1)
    text = player_page(a_manifest((item,), workflow=hostile, source={"uri": f"s3://in/{hostile}"}))
    page = Page(text)
    assert page.tags.count("script") == 2
    assert any(hostile.strip() in word or hostile in word for word in page.words)
    assert f"x/{hostile}.jpg" in {unquote(link) for link in page.links}


def test_sheet_name_ending_script_is_still_only_name():
    vtt = sprite_webvtt([0], 1.0, ["</script>.jpg"], 1, 1, (1, 1))
    assert json.loads(Page(player_page(a_manifest(), texts={f"{ROOT}sprites/thumbs.vtt": vtt})).cues)


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (5 * 10**15, "5000.0 TB")]
)
def test_sizes_are_told_as_people_read_them(size, words):
    assert human_size(size) == words


def test_a_contact_sheet_holds_every_picture_in_order(tmp_path):
    from PIL import Image

    colors = ["red", "lime", "blue", "yellow", "black"]
    paths = [tmp_path / f"{color}.png" for color in colors]
    for path in paths:
        Image.new("RGB", (160, 90), path.stem).save(path)
    with Image.open(contact_sheet(paths, tmp_path / "sheet.png", columns=3, width=160)) as sheet:
        assert sheet.size == (3 * 168 + 8, 2 * 116 + 8)
        centers = [(8 + 80 + column * 168, 8 + 45 + row * 116) for row in range(2) for column in range(3)][:5]
        assert [sheet.getpixel(center) for center in centers] == [
            (255, 0, 0),
            (0, 255, 0),
            (0, 0, 255),
            (255, 255, 0),
            (0, 0, 0),
        ]
    with pytest.raises(ValueError, match="at least one"):
        contact_sheet([], tmp_path / "none.png")
