"""Manifests of packages of every shape, read by others' parsers and held to the rules of HLS and DASH."""

import re
import shutil
from pathlib import Path

import pytest

from tests.browser import dash_rules, hls_rules
from tests.browser.players import installed
from tests.browser.shapes import SHAPES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

MANY = "two-rungs-and-three-languages"


@pytest.mark.parametrize("shape", SHAPES)
def test_playlists_keep_the_rules_of_hls(package_of, shape):
    assert hls_rules.broken_rules(hls_rules.read(package_of(shape).folder, installed())) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_manifest_keeps_the_rules_of_dash(package_of, shape):
    folder = package_of(shape).folder
    assert dash_rules.broken_rules(folder, (folder / "manifest.mpd").read_text()) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "rule"),
    [
        ("master.m3u8", "#EXTM3U\n", "", "The EXTM3U tag MUST be the first line."),
        ("master.m3u8", 'AUDIO="audio"', 'AUDIO="other"', "AUDIO attribute MUST match"),
        ("master.m3u8", r'NAME="[^"]*"', 'NAME="Sound"', "NAME"),
        ("master.m3u8", "DEFAULT=NO", "DEFAULT=YES", "DEFAULT"),
        ("master.m3u8", "90p/playlist", "80p/playlist", "80p/playlist.m3u8: no playlist"),
        ("90p/playlist.m3u8", "TARGETDURATION:3", "TARGETDURATION:1", "EXTINF duration, when rounded"),
        ("90p/playlist.m3u8", "TARGETDURATION:3", "TARGETDURATION:4", "target durations differ"),
        ("90p/playlist.m3u8", "#EXT-X-VERSION:6", "#EXT-X-VERSION:3", "EXT-X-VERSION needs to be"),
        ("audio_eng/playlist.m3u8", r"#EXTINF:[\d.]+,\n00002.m4s\n", "", "lengths differ"),
        ("audio_eng/playlist.m3u8", "#EXT-X-ENDLIST", "", "no whole film"),
    ],
)
def test_broken_playlist_is_found(package_of, tmp_path, file, right, wrong, rule):
    changed = _changed(package_of(MANY).folder, tmp_path / "package", file, right, wrong)
    assert rule in " ".join(hls_rules.broken_rules(hls_rules.read(changed, installed())))


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ('mediaPresentationDuration="PT8S"', "", "MPD@mediaPresentationDuration: missing"),
        ('mediaPresentationDuration="PT8S"', 'mediaPresentationDuration="PT9S"', "segments last 8.000 s of 9.000 s"),
        ('bandwidth="', 'bandwidth="x', "Representation@bandwidth"),
        ('bandwidth="', 'bitrate="', "Representation@bitrate"),
        ('<Representation id="1"', '<Representation id="0"', "Representation@id 0: 2 times"),
        ('<S t="0" d="25600" r="3"/>', '<S t="0" d="25600" r="2"/>', "segments last 6.000 s of 8.000 s"),
        ('<S t="0" d="25600" r="3"/>', '<S t="1" d="25600" r="3"/>', "segments do not follow each other from 0"),
        ('"90p/$Number', '"80p/$Number', "no file 80p/00001.m4s"),
        ("AudioChannelConfiguration", "AudioConfiguration", "no such element"),
    ],
)
def test_broken_manifest_is_found(package_of, right, wrong, rule):
    folder = package_of(MANY).folder
    text = (folder / "manifest.mpd").read_text()
    assert right in text
    assert rule in " ".join(dash_rules.broken_rules(folder, text.replace(right, wrong)))


def _changed(package: Path, copy: Path, file: str, right: str, wrong: str) -> Path:
    shutil.copytree(package, copy)
    text, count = re.subn(right, wrong, (copy / file).read_text())
    assert count
    (copy / file).write_text(text)
    return copy
