"""Settings of one encoded audio stream."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from airflow_provider_media.core.outputs.spec import BitRate, Hertz, Lufs, Spec

AudioCodec = Literal["aac", "opus", "mp3", "flac", "vorbis", "pcm"]
SampleRate = Literal[8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000]


class AudioSettings(Spec):
    """Encoding settings of audio."""

    codec: AudioCodec | None = None
    """The container's usual codec when absent: aac in mp4, mov, mkv, ts and m4a; opus in webm."""
    bitrate: Annotated[int, Field(ge=8_000, le=512_000), BitRate] | None = None
    """Bits per second; 64,000 per channel up to stereo when absent, ignored by flac and pcm."""
    channels: Annotated[int, Field(ge=1, le=8)] | None = None
    """Number of channels; that of the source, but at most two, when absent."""
    sample_rate: Annotated[SampleRate, Hertz] | None = None
    """Hertz; 48,000 when absent."""
    loudness: Annotated[float, Field(ge=-40, le=-5), Lufs] | None = None
    """Target integrated loudness in LUFS by EBU R 128 (broadcast -23, streaming -16 and -14); unchanged when absent."""
    true_peak: Annotated[float, Field(ge=-9, le=0, json_schema_extra={"x-unit": "dBTP"})] = -1.5
    """True peak limit in dBTP for the loudness correction."""
    tracks: Literal["main", "all"] = "main"
    """Whether only the main track or every track of the source is kept, each with its language, title and role.

    The main track is the viewer's default: no audio description, commentary or the like if there is a track of the
    programme.
    """
