"""``airflow media probe``: the facts of a source."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import engine_for, uri_of
from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Print the facts of a source.

    :raises SourceError: when the source is missing, not media, over a limit, or damaged and ``--tolerant`` is not
        given.
    """
    with engine_for() as engine, source_file(uri_of(args.uri), engine) as path:
        info = probe(
            path,
            toolchain=engine.toolchain,
            limits=engine.limits,
            integrity="tolerant" if args.tolerant else "strict",
            require_sandbox=engine.require_sandbox,
            cancelled=engine.cancelled,
        )
    say(json.dumps(to_json(info), indent=2, ensure_ascii=False) if args.json else describe(info))
    return 0


def describe(info: MediaInfo) -> str:
    """Return the facts as text for people, one line per stream."""
    lines = [f"{info.format}, {info.duration:.3f} s, {info.size:,} bytes"]
    lines += [f"  {_video(stream)}" for stream in info.video]
    lines += [f"  {_audio(stream)}" for stream in info.audio]
    lines += [f"  subtitles  {stream.codec} {stream.language}".rstrip() for stream in info.subtitles]
    lines += [f"  cover      stream {index}" for index in info.attached_pictures]
    lines += [f"  warning    {warning}" for warning in info.warnings]
    return "\n".join(lines)


def _video(stream: VideoStream) -> str:
    facts = [
        f"{stream.codec} {stream.profile}".strip(),
        f"{stream.display_width}x{stream.display_height}",
        f"{stream.frame_rate} fps{'' if stream.constant_frame_rate else ' on average, variable'}",
        f"{stream.bit_depth} bit {stream.dynamic_range}",
        *([f"rotated {stream.rotation}°"] if stream.rotation else []),
        *([f"interlaced, {stream.field_order}"] if stream.interlaced else []),
        f"a keyframe every {stream.keyframe_interval:.2f} s",
    ]
    return f"video {stream.index}    {', '.join(facts)}"


def _audio(stream: AudioStream) -> str:
    layout = stream.channel_layout or f"{stream.channels} channels"
    return f"audio {stream.index}    {stream.codec}, {layout}, {stream.sample_rate} Hz {stream.language}".rstrip()
