from dataclasses import replace
from fractions import Fraction

from airflow_provider_media.core.execution.stages import _with_captions
from airflow_provider_media.core.plans import Package, Track

CAPTIONS = b"\xb5\x00\x31GA94\x03\xc1\xff\xfc\xc8\x49\xff"
PACKAGE = Package(
    output="hls",
    key="k",
    prefix="hls/",
    tracks=tuple(
        Track(name=name, artifact="u", file=f"{name}.mp4", kind="video", bitrate=1) for name in ("720p", "360p")
    ),
    protocols=("hls",),
    segment_duration=Fraction(4),
    frame_rate=Fraction(25),
    duration=4.0,
    iframe_playlists=False,
    closed_captions=True,
)


def test_captions_are_declared_where_every_rendition_holds_them(tmp_path):
    for track in PACKAGE.tracks:
        (tmp_path / track.file).write_bytes(CAPTIONS)
    assert _with_captions(PACKAGE, tmp_path) == (PACKAGE, [])


def test_closed_captions_lost_in_one_rendition_not_declared_but_warned(tmp_path):
    (tmp_path / "720p.mp4").write_bytes(CAPTIONS)
    (tmp_path / "360p.mp4").write_bytes(b"none")
    package, (warning,) = _with_captions(PACKAGE, tmp_path)
    assert package == replace(PACKAGE, closed_captions=False)
    assert "hls: the closed captions" in warning
