"""Segments of renditions over time."""

import pytest

from airflow_provider_media.core.packaging.manifests import parse_media_playlist
from airflow_provider_media.core.publication.renditions import published_rendition, segment_at

PLAYLIST = parse_media_playlist(
    "720p/playlist.m3u8",
    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.0,\na%20film.m4s\n#EXTINF:2.0,\n2.m4s\n#EXT-X-ENDLIST\n',
)


@pytest.mark.parametrize(
    ("at", "uri", "begin"),
    [
        (0, "a%20film.m4s", 0),
        (3.99, "a%20film.m4s", 0),
        (3.9995, "2.m4s", 4),
        (4, "2.m4s", 4),
        (99, "2.m4s", 4),
    ],
)
def test_segment_at_a_time_is_the_last_one_begun(at, uri, begin):
    segment, begun = segment_at(PLAYLIST, at)
    assert (segment.uri, begun) == (uri, begin)


def test_bit_rates_come_from_sizes_of_decoded_paths():
    found = published_rendition(
        "x/720p/playlist.m3u8", "stream", PLAYLIST, {"x/720p/a film.m4s": 1_000_000, "x/720p/2.m4s": 250_000}
    )
    assert [(part.at, part.seconds, part.bits_per_second) for part in found.segments] == [
        (0.0, 4.0, 2_000_000),
        (4.0, 2.0, 1_000_000),
    ]
