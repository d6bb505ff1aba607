"""Omissions: parts of a source that an output leaves out, as far as people would miss them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airflow_provider_media.core.media.info import AudioStream, MediaInfo, SubtitleStream
from airflow_provider_media.core.planning.track_names import track_summary

_TAGS = (
    *(
        "title",
        "artist",
        "album",
        "album_artist",
        "composer",
        "performer",
        "genre",
        "date",
        "year",
        "track",
        "disc",
        "copyright",
    ),
    *(
        "comment",
        "description",
        "synopsis",
        "lyrics",
        "show",
        "episode_id",
        "episode_sort",
        "season_number",
        "network",
        "publisher",
    ),
)
"""Tags that people write.

Tags of tools and cameras (encoder, brands, places, models) are dropped on purpose and not reported."""
_FOR_THE_CAMERA = ("mebx",)
"""Data streams in every recording of some phones. Only the phone's own gallery reads these streams."""


def omissions(
    media: MediaInfo, *, audio: Sequence[AudioStream] | None, video: bool, captions: bool, more: Sequence[str] = ()
) -> Iterator[str]:
    """Yield one sentence on everything that an output leaves out; nothing where the output keeps everything.

    :param audio: tracks that the output keeps. None where it keeps no audio, which needs no remark or has its own.
    :param video: whether the output keeps the video, and could therefore show subtitles.
    :param captions: whether the output keeps the captions within the video.
    :param more: other parts that the output leaves out.
    """
    tracks = [] if audio is None else [track for track in media.audio if track not in audio]
    parts = [
        *_tracks("audio", tracks),
        *(_beside_video(media, captions=captions) if video else ()),
        *_beside_all(media),
        *more,
    ]
    if parts:
        yield f"not taken along from the source: {', '.join(parts)}"


def _beside_video(media: MediaInfo, *, captions: bool) -> Iterator[str]:
    if others := len(media.video) - 1:
        yield _counted(others, "video track")
    yield from _tracks("subtitle", media.subtitles)
    if media.main_video and media.main_video.closed_captions and not captions:
        yield "the closed captions"
    if data := [name for name in media.data_streams if name not in _FOR_THE_CAMERA]:
        yield f"{_counted(len(data), 'data stream')} ({', '.join(data)})"
    if media.attachments:
        yield _counted(media.attachments, "attachment")


def _beside_all(media: MediaInfo) -> Iterator[str]:
    if media.attached_pictures:
        yield _counted(len(media.attached_pictures), "attached picture")
    if media.chapters:
        yield _counted(media.chapters, "chapter")
    if tags := sorted({name.lower() for name, value in media.tags if value} & set(_TAGS)):
        yield f"{_counted(len(tags), 'tag')} ({', '.join(tags)})"


def _tracks(kind: str, tracks: Sequence[AudioStream | SubtitleStream]) -> Iterator[str]:
    if tracks:
        yield f"{_counted(len(tracks), f'{kind} track')} ({', '.join(map(track_summary, tracks))})"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
