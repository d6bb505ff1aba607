"""Full decode of a source, which shows its decoder's output before anything is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import input_guards
from airflow_provider_media.core.media.ffprobe_fields import Json, stream_time_base
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.keyframes import FRAME_ENTRIES
from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.stream_log import StreamLog

MARKING = ("h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "h263", "vc1", "wmv3", "flv1", "msmpeg4v3")
"""Codecs whose decoders mark each repaired frame; their error messages are often about lawful oddities."""


def decode_arguments(streams: Mapping[int, StreamLog], limits: Limits) -> tuple[str, ...]:
    """Return the arguments of the ffmpeg command that decodes streams and writes only its log.

    The log has a line for each packet, frame and run of samples.

    :param streams: by index in the source; of a stream whose decode is deferred, ffmpeg only reads the packets.
    """
    decoded = _mapped(index for index, log in streams.items() if not log.is_deferred)
    copied = _mapped(index for index, log in streams.items() if log.is_deferred)
    decoding = (
        *decoded,
        "-fps_mode", "passthrough",  # no frame repeated or dropped
        "-c:v", "wrapped_avframe", "-c:a", "pcm_s16le",  # frames are passed on unchanged, and samples are counted
        "-f", "null", "-",
    )  # fmt: skip
    reading = (*copied, "-c", "copy", "-f", "null", "-")
    return (
        "-nostdin", "-hide_banner", "-nostats",
        "-loglevel", "repeat+level+info",  # repeat: each line stands for one event, even where two lines are equal
        "-debug_ts",  # a line for each packet, frame and run of samples, with the time that encodes see
        *input_guards(limits),
        "-threads", "1",  # the order of events, and the decoder's repair of damaged data, must not depend on timing
        # nobody sees these frames; damage shows earlier, in the entropy coding
        "-skip_loop_filter", "all", "-skip_idct", "all",
        "-noautorotate",  # rotating frames costs time and shows nothing
        "-max_error_rate", "1",  # the damage report decides how much damage is too much
        "-i", "file:source",
        *(decoding if decoded else ()),
        *(reading if copied else ()),
    )  # fmt: skip


def _mapped(indexes: Iterable[int]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(("-map", f"0:{index}") for index in indexes))


def keyframe_arguments(index: int, limits: Limits, *, seconds: float | None = None) -> tuple[str, ...]:
    """Return the arguments of the ffprobe command that decodes a video stream's keyframes only and prints facts.

    :param seconds: length of the part at the beginning whose keyframes are read; all of them when absent.
    """
    return (
        "-hide_banner", "-loglevel", "level+fatal",
        "-skip_frame", "nokey",  # frames of these codecs change their format only where a new sequence begins
        "-select_streams", str(index),
        "-show_entries", FRAME_ENTRIES,
        "-of", "compact=p=0",
        *(() if seconds is None else ("-read_intervals", f"%+{seconds:g}")),
        *input_guards(limits),
        "-i", "file:source",
    )  # fmt: skip


def stream_logs(
    info: MediaInfo, data: Json, packets: Mapping[int, StreamPackets], *, ragged: bool, deferred: int | None = None
) -> dict[int, StreamLog]:
    """Return an empty log for each playable stream, in the order of mapping.

    :param data: what ``ffprobe -show_format -show_streams -of json`` printed.
    :param packets: the source's packets by stream.
    :param ragged: whether the file may lawfully begin and end anywhere.
    :param deferred: the index of a video stream whose decode is deferred.
    """
    bases = {int(stream["index"]): stream_time_base(stream) for stream in data.get("streams", ())}
    logs = {}
    for video in info.video:
        read = packets[video.index]
        leading = read.leading if read.keyframes else 0
        marks = video.codec in MARKING
        logs[video.index] = StreamLog(
            kind="video", time_base=bases[video.index], leading=leading, marks=marks, ragged=ragged
        )
    for audio in info.audio:
        logs[audio.index] = StreamLog(kind="audio", time_base=bases[audio.index], ragged=ragged)
    if deferred is not None:
        # ffmpeg counts outputs in the order of the command, in which the deferred stream comes last.
        logs[deferred] = replace(logs.pop(deferred), is_deferred=True)
    return logs
