"""Parts of a transcode: its video and its audio, before they become one file."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.errors import SourceUnsuitable
from airflow_provider_media.core.media.expectation import ExpectedAudio, ExpectedVideo
from airflow_provider_media.core.media.info import AudioStream
from airflow_provider_media.core.outputs import TranscodeSpec
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.output_plan import OutputContext
from airflow_provider_media.core.planning.quality import Encoded
from airflow_provider_media.core.plans import Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscodePart:
    """The video or the audio of a transcode."""

    streams: tuple[Stream, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    video: tuple[ExpectedVideo, ...] = ()
    audio: tuple[ExpectedAudio, ...] = ()
    tracks: tuple[AudioStream, ...] = ()
    """Audio tracks of the source, in the order of their streams."""
    size: Size | None = None
    overlays: tuple[Overlay, ...] = ()
    cost: float = 0.0
    encoding: VideoEncoding | None = None
    encoded: Encoded | None = None
    """What the encoded video shows, where its quality is to be measured."""
    reason: str | None = None
    """Why the part has no streams although the workflow asks for them."""


def not_copied(output: OutputContext, spec: TranscodeSpec, reason: str) -> TranscodePart:
    """Leave out of an optional output a stream that cannot be copied.

    :raises SourceUnsuitable: when the output is required. Without its video or its audio, it would pass for the wanted
        output.
    """
    if spec.required:
        raise SourceUnsuitable(f"output {output.name}: {reason}, or say 'required: false'", output=output.name)
    return TranscodePart(reason=reason)
