"""Errors of the tools: missing, failed, stalled, stopped or out of resources."""

from __future__ import annotations

from airflow_provider_media.core.errors import MediaError


class ProcessingError(MediaError):
    """Processing failed."""

    code = "processing_failed"
    exit_code = 4
    advice = "Read the task's log; it holds the tool's last lines."


class ToolMissing(ProcessingError):
    """ffmpeg, ffprobe or Shaka Packager is missing or too old."""

    code = "tool_missing"
    advice = (
        "Install the package that the message names, or correct the path; `airflow media doctor --offline` checks it."
    )


class EncodeFailed(ProcessingError):
    """ffmpeg failed."""

    code = "encode_failed"
    advice = "Read the tool's last lines in the task's log; `airflow media plan --commands` prints the command."


class EncoderUnavailable(ProcessingError):
    """The worker has no device for this hardware encoder, or the device refuses it."""

    code = "encoder_unavailable"
    advice = (
        "Send the work to workers with such a device (`[media] queue`), or let the output say `encoder: auto` or"
        " `encoder: software`."
    )


class EncodeStalled(ProcessingError):
    """ffmpeg made no progress for too long."""

    code = "encode_stalled"
    retryable = True
    advice = "Check the worker's processors and the storage's speed; the task retries by itself."


class ResourceExhausted(ProcessingError):
    """Memory, disk or processor time ran out."""

    code = "resource_exhausted"
    retryable = True
    advice = "Give the worker more memory or disk, or run fewer tasks at once; the task retries by itself."


class Cancelled(ProcessingError):
    """The work was cancelled."""

    code = "cancelled"
    advice = "Run `airflow media retry` if the job was cancelled by mistake."


class FrameUnavailable(ProcessingError):
    """There is no picture of the video at this time."""

    code = "frame_unavailable"
    advice = "Ask for a time within the video, or download the file and look at it in a player."


class PackagingFailed(ProcessingError):
    """Shaka Packager failed."""

    code = "packaging_failed"
    advice = "Read Shaka Packager's last lines in the task's log and report them with the source."
