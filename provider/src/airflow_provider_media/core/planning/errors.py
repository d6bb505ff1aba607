"""Errors of workflows whose outputs cannot be planned."""

from __future__ import annotations

from airflow_provider_media.core.errors import ConfigurationError, SubmissionError


class OutputTooLarge(ConfigurationError):
    """The workflow asks for more images, tracks or files than one job may make."""

    code = "output_too_large"
    advice = "Ask for fewer or longer segments, images or tracks; docs/reference/limits.md lists the limits."


class OutputUnknown(SubmissionError):
    """The workflow has no output of this name."""

    code = "output_unknown"
    advice = "Name an output of the workflow, and of a ladder one of its rungs; the message lists them."


class PictureUnavailable(SubmissionError):
    """No picture can be made of this output and source."""

    code = "picture_unavailable"
    advice = "Choose an output with a picture: a transcode, a ladder, snapshots or an animated image."
