"""Settings of one encoded audio stream."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from airflow_provider_media.core.specs.spec import Spec

AudioCodec = Literal["aac", "opus", "mp3", "flac", "vorbis", "pcm"]


class AudioSettings(Spec):
    """How the sound is encoded."""

    codec: AudioCodec | None = None
    """The container's usual codec when absent: aac in mp4, mov, mkv, ts and m4a; opus in webm."""
    bitrate: Annotated[int, Field(ge=8_000, le=512_000)] | None = None
    """Bits per second; 64,000 per channel up to stereo when absent, ignored by flac and pcm."""
    channels: Annotated[int, Field(ge=1, le=8)] | None = None
    """Channels; the source's own but at most two when absent."""
    sample_rate: Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000] | None = None
    """Hertz; 48,000 when absent."""
    loudness: Annotated[float, Field(ge=-40, le=-5)] | None = None
    """Integrated loudness to reach, in LUFS after EBU R 128 (-23 for broadcast, -16 and -14 for streaming); unchanged when absent."""
    true_peak: Annotated[float, Field(ge=-9, le=0)] = -1.5
    """Ceiling in dBTP that the loudness correction respects."""
    tracks: Literal["main", "all"] = "main"
    """Whether the main track alone or every track of the source is kept, each with its language, title and role.

    The main track is what a viewer would get: no audio description, commentary or the like where there is a track of the programme."""
