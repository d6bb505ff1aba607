"""Thumbnail and length of published files."""

import pytest

from airflow_provider_media.core.jobs.model import ManifestEntry
from airflow_provider_media.core.publication.thumbnail import find_thumbnail, media_duration


def file(output, name, media_type="image/jpeg", **facts):
    return ManifestEntry(
        output=output, file=name, uri=f"s3://out/{name}", size=1, sha256="0" * 64, media_type=media_type, facts=facts
    )


FILM = file("mp4", "a.mp4", "video/mp4", duration=12.5)
SPRITES = [file("sprite", "s.jpg"), file("sprite", "s.vtt", "text/vtt; charset=utf-8")]
WAVEFORM = file("wave", "w.png", "image/png", content="waveform")
ANIMATION = file("gif", "g.gif", "image/gif", duration=3.0)


def test_thumbnail_is_first_snapshot():
    files = [FILM, WAVEFORM, ANIMATION, *SPRITES[:1], file("poster", "p.jpg"), file("poster", "q.jpg"), SPRITES[1]]
    assert find_thumbnail(files) == "s3://out/p.jpg"


@pytest.mark.parametrize("files", [[], [FILM], SPRITES, [WAVEFORM], [ANIMATION]])
def test_thumbnail_none_without_snapshot(files):
    assert find_thumbnail(files) is None


def test_media_duration_is_that_of_longest_file():
    assert media_duration([ANIMATION, FILM, file("poster", "p.jpg")]) == 12.5
    assert media_duration([file("poster", "p.jpg")]) is None
