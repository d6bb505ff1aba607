"""Whatever is damaged in a package after Packager made it is found and named."""

import shutil

import pytest

from airflow_provider_media.core.packaging.errors import VerificationFailed
from tests.media import clip
from tests.packages import X264, a_package, packaged, verified

pytestmark = pytest.mark.integration


def edit(name, old, new):
    def change(directory):
        path = directory / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


def remove(name):
    return lambda directory: (directory / name).unlink()


def cut(name, keep):
    return lambda directory: (directory / name).write_bytes((directory / name).read_bytes()[:keep])


def swap(first, second):
    def change(directory):
        one, two = (directory / first).read_bytes(), (directory / second).read_bytes()
        (directory / first).write_bytes(two)
        (directory / second).write_bytes(one)

    return change


DAMAGE = {
    "a segment removed": (
        remove("90p/00002.m4s"),
        r"90p/playlist.m3u8: segment 90p/00002.m4s should be a file but is missing",
    ),
    "a header removed": (remove("90p/init.mp4"), r"90p/init.mp4: file should be there but is missing"),
    "a playlist removed": (remove("90p/playlist.m3u8"), r"90p/playlist.m3u8 cannot be read"),
    "a master playlist removed": (remove("master.m3u8"), r"master.m3u8 cannot be read"),
    "a manifest removed": (remove("manifest.mpd"), r"manifest.mpd cannot be read"),
    "a segment cut off": (
        cut("90p/00002.m4s", 900),
        r"90p/00002.m4s: size should be \d+ bytes as its boxes say but is 900 bytes",
    ),
    "an empty segment": (cut("90p/00003.m4s", 0), r"90p/00003.m4s: boxes should be moof and mdat but is none"),
    "a segment of noise": (
        lambda d: (d / "90p/00003.m4s").write_bytes(b"\0\0\0\x10free" + bytes(8)),
        r"boxes should be moof and mdat but is free",
    ),
    "two segments swapped": (
        swap("90p/00001.m4s", "90p/00002.m4s"),
        r"90p: frame 0 in file order should be \d+ bytes but is \d+ bytes",
    ),
    "two sounds swapped": (
        swap("audio_eng/00001.m4s", "audio_eng/00002.m4s"),
        r"audio_eng: frame 0 in file order should be \d+ bytes",
    ),
    "another rung's segment": (
        swap("90p/00001.m4s", "46p/00001.m4s"),
        r"90p: frame 0 in file order should be \d+ bytes but is \d+ bytes",
    ),
    "a stray segment": (
        lambda d: shutil.copy(d / "90p/00001.m4s", d / "90p/00009.m4s"),
        r"90p/00009.m4s should be named but is left out",
    ),
    "a wrong EXTINF": (
        edit("90p/playlist.m3u8", "#EXTINF:0.480", "#EXTINF:0.490"),
        r"duration of 00003.m4s should be 0.480 s but is 0.490 s",
    ),
    "an EXTINF left out": (
        edit("90p/playlist.m3u8", "#EXTINF:0.480,\n00003.m4s\n", ""),
        r"file 90p/00003.m4s should be named but is left out",
    ),
    "no end": (
        edit("90p/playlist.m3u8", "#EXT-X-ENDLIST", ""),
        r"end should be EXT-X-PLAYLIST-TYPE:VOD and EXT-X-ENDLIST but is open",
    ),
    "a small target duration": (
        edit("90p/playlist.m3u8", "TARGETDURATION:1", "TARGETDURATION:0"),
        r"EXT-X-TARGETDURATION should be 1 at least",
    ),
    "no playlist at all": (
        edit("90p/playlist.m3u8", "#EXTM3U", "<html>"),
        r"90p/playlist.m3u8 does not begin with #EXTM3U",
    ),
    "an unknown line": (
        edit("90p/playlist.m3u8", "#EXTINF:0.480,", "garbage"),
        r"90p/playlist.m3u8 is no valid HLS playlist",
    ),
    "a wrong resolution": (
        edit("master.m3u8", "RESOLUTION=160x90", "RESOLUTION=1920x1080"),
        r"RESOLUTION of 90p/playlist.m3u8 should be 160x90",
    ),
    "a wrong codec": (edit("master.m3u8", "avc1.", "hvc1."), r"CODECS of 90p/playlist.m3u8 should be avc1. or avc3."),
    "sound not in the codecs": (edit("master.m3u8", ",mp4a.40.2", ""), r"CODECS of 90p/playlist.m3u8 should be mp4a"),
    "a wrong frame rate": (
        edit("master.m3u8", "FRAME-RATE=25.000", "FRAME-RATE=50.000"),
        r"FRAME-RATE of 90p/playlist.m3u8 should be 25.000",
    ),
    "a wrong bandwidth": (
        edit("master.m3u8", "BANDWIDTH=", "BANDWIDTH=9"),
        r"BANDWIDTH of 90p/playlist.m3u8 should be \d+ bit/s",
    ),
    "a rung not on offer": (
        edit("master.m3u8", "\n46p/playlist.m3u8", "\n90p/playlist.m3u8"),
        r"variants should be 46p/playlist.m3u8, 90p/",
    ),
    "a sound not on offer": (
        edit("master.m3u8", "audio_deu/playlist", "audio_eng/playlist"),
        r"master.m3u8: sounds should be",
    ),
    "a sound under another name": (
        edit("master.m3u8", 'NAME="Deutsch"', 'NAME="German"'),
        r"NAME of audio_deu/playlist.m3u8 should be Deutsch",
    ),
    "a sound of another language": (
        edit("master.m3u8", 'LANGUAGE="de"', 'LANGUAGE="nl"'),
        r"LANGUAGE of audio_deu/playlist.m3u8 should be de",
    ),
    "no default sound": (
        edit("master.m3u8", "DEFAULT=YES", "DEFAULT=NO"),
        r"DEFAULT of audio_eng/playlist.m3u8 should be YES",
    ),
    "a sound that no player chooses": (
        edit("master.m3u8", "DEFAULT=NO,AUTOSELECT=YES", "DEFAULT=NO,AUTOSELECT=NO"),
        r"AUTOSELECT of audio_deu/playlist.m3u8 should be YES",
    ),
    "a description of nothing": (
        edit("master.m3u8", 'NAME="Deutsch"', 'NAME="Deutsch",CHARACTERISTICS="public.accessibility.describes-video"'),
        r"CHARACTERISTICS of audio_deu/playlist.m3u8 should be absent",
    ),
    "captions that are not there": (
        edit(
            "master.m3u8",
            "#EXT-X-STREAM-INF",
            '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="CC",NAME="CC",INSTREAM-ID="CC1"\n#EXT-X-STREAM-INF',
        ),
        r"closed captions should be none but is CC1",
    ),
    "a keyframe range that points elsewhere": (
        edit("90p/iframes.m3u8", "@", "@1"),
        r"byte range \d+@1\d+ of 00001.m4s should be a keyframe",
    ),
    "keyframes in no segment": (
        edit("90p/iframes.m3u8", "00002", "00009"),
        r"90p/iframes.m3u8: segment should be one of the folder",
    ),
    "ordinary instead of keyframes": (
        edit("90p/iframes.m3u8", "#EXT-X-I-FRAMES-ONLY\n", ""),
        r"kind should be EXT-X-I-FRAMES-ONLY",
    ),
    "no keyframes on offer": (
        edit("master.m3u8", "90p/iframes.m3u8", "46p/iframes.m3u8"),
        r"I-frame playlists should be",
    ),
    "DASH names another segment": (
        edit("manifest.mpd", "90p/$Number%05d$", "90p/$Number$"),
        r"manifest.mpd: segment 90p/1.m4s should be a file",
    ),
    "DASH leaves out a rung": (edit("manifest.mpd", "46p/", "47p/"), r"manifest.mpd: (segment|file) 46p/"),
    "DASH durations differ": (
        edit("manifest.mpd", 't="0" d="', 't="0" d="1'),
        r"manifest.mpd: duration of 90p/00001.m4s",
    ),
    "DASH ends early": (
        edit("manifest.mpd", 'Duration="PT2', 'Duration="PT1'),
        r"mediaPresentationDuration should be 2.4\d\d s but is 1",
    ),
    "DASH of another size": (
        edit("manifest.mpd", 'height="90"', 'height="91"'),
        r"manifest.mpd: size of 90p should be 160x90 but is 160x91",
    ),
    "DASH under another label": (
        edit("manifest.mpd", ">Deutsch<", ">German<"),
        r"manifest.mpd: Label of audio_deu should be Deutsch",
    ),
    "DASH in another role": (
        edit("manifest.mpd", 'value="alternate"', 'value="commentary"'),
        r"Role of audio_deu should be alternate",
    ),
    "DASH in another language": (
        edit("manifest.mpd", 'lang="de"', 'lang="nl"'),
        r"manifest.mpd: lang of audio_deu should be de",
    ),
    "DASH cut off": (cut("manifest.mpd", 400), r"manifest.mpd is no valid DASH manifest"),
}


@pytest.fixture(scope="module")
def whole_package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("package")
    package = a_package(directory)
    return packaged(directory, package), package


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_a_package_is_found_and_named(tmp_path, whole_package, damage):
    source, package = whole_package
    directory = shutil.copytree(source, tmp_path / "copy")
    change, message = DAMAGE[damage]
    change(directory)
    with pytest.raises(VerificationFailed, match=message):
        verified(directory, package)


def test_renditions_of_unequal_length_never_become_a_package(tmp_path):
    package = a_package(tmp_path)
    clip(tmp_path / "46p.mp4", width=160, height=46, seconds=2.36, audio=False, gop=24, extra=X264)
    packaged(tmp_path, package)
    with pytest.raises(VerificationFailed, match="46p: frames, as in 90p, should be 60 but is 59"):
        verified(tmp_path, package)


def test_keyframes_off_the_grid_never_become_a_package(tmp_path):
    package = a_package(tmp_path)
    for name in ("90p", "46p"):
        clip(tmp_path / f"{name}.mp4", height=90 if name == "90p" else 46, seconds=2.4, audio=False, gop=23, extra=X264)
    packaged(tmp_path, package)
    with pytest.raises(VerificationFailed, match=r"90p/00002.m4s: begin should be 0.9600 s but is"):
        verified(tmp_path, package)
