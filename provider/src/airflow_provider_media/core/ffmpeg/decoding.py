"""Decodes a whole source once, to find out what its decoder delivers before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import input_guards
from airflow_provider_media.core.media.ffprobe import Json, stream_time_base
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.keyframes import FRAME_ENTRIES
from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.stream_log import StreamLog

MARKING = ("h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "h263", "vc1", "wmv3", "flv1", "msmpeg4v3")
"""Codecs whose decoders mark each frame that they had to make up; their complaints alone are often about lawful oddities."""


def decode_arguments(streams: Mapping[int, StreamLog], limits: Limits) -> tuple[str, ...]:
    """Arguments of the ffmpeg command that decodes streams, writes nothing, and logs each packet, frame and run of samples.

    :param streams: by index in the source; of one whose decode is deferred, only packets are read.
    """
    decoded = tuple(option for index, log in streams.items() if not log.is_deferred for option in ("-map", f"0:{index}"))
    copied = tuple(option for index, log in streams.items() if log.is_deferred for option in ("-map", f"0:{index}"))
    decoding = (
        *decoded,
        "-fps_mode", "passthrough",  # no frame repeated or dropped
        "-c:v", "wrapped_avframe", "-c:a", "pcm_s16le",  # frames are handed on as they are, and samples counted
        "-f", "null", "-",
    )  # fmt: skip
    reading = (*copied, "-c", "copy", "-f", "null", "-")
    return (
        "-nostdin", "-hide_banner", "-nostats",
        "-loglevel", "repeat+level+info",  # repeat: each line stands for one event, also where two are alike
        "-debug_ts",  # a line for each packet, frame and run of samples, with its time as encodes see it
        *input_guards(limits),
        "-threads", "1",  # the order of events, and what a decoder makes up of damaged data, must not depend on timing
        "-skip_loop_filter", "all", "-skip_idct", "all",  # nobody looks at these pictures; damage shows in the entropy coding before
        "-noautorotate",  # turning pictures costs time and tells nothing
        "-max_error_rate", "1",  # how much damage is too much is decided by its report
        "-i", "file:source",
        *(decoding if decoded else ()),
        *(reading if copied else ()),
    )  # fmt: skip


def keyframe_arguments(index: int, limits: Limits) -> tuple[str, ...]:
    """Arguments of the ffprobe command that decodes a video stream's keyframes alone and prints what they look like."""
    return (
        "-hide_banner", "-loglevel", "level+fatal",
        "-skip_frame", "nokey",  # pictures of these codecs change only where a new sequence begins
        "-select_streams", str(index),
        "-show_entries", FRAME_ENTRIES,
        "-of", "compact=p=0",
        *input_guards(limits),
        "-i", "file:source",
    )  # fmt: skip


def stream_logs(
    info: MediaInfo, data: Json, packets: Mapping[int, StreamPackets], *, ragged: bool, deferred: int | None = None
) -> dict[int, StreamLog]:
    """An empty log for each stream that can be played, in the order in which they are mapped.

    :param data: what ``ffprobe -show_format -show_streams -of json`` printed.
    :param packets: its packets by stream.
    :param ragged: whether the file may lawfully begin and end anywhere.
    :param deferred: the index of a video stream whose decode is deferred.
    """
    bases = {int(stream["index"]): stream_time_base(stream) for stream in data.get("streams", ())}
    logs = {}
    for video in info.video:
        read = packets[video.index]
        leading = read.leading if read.keyframes else 0
        marks = video.codec in MARKING
        logs[video.index] = StreamLog(kind="video", time_base=bases[video.index], leading=leading, marks=marks, ragged=ragged)
    for audio in info.audio:
        logs[audio.index] = StreamLog(kind="audio", time_base=bases[audio.index], ragged=ragged)
    if deferred is not None:
        # Outputs are counted in the order of the command, in which the deferred stream comes last.
        logs[deferred] = replace(logs.pop(deferred), is_deferred=True)
    return logs
