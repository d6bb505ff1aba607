"""Errors of sources: what was refused, and why."""

from __future__ import annotations

from airflow_provider_media.core.errors import MediaError


class SourceError(MediaError):
    """The source was refused."""

    code = "source_refused"
    exit_code = 3
    advice = "Read the message, correct the source or choose another one, and submit a new job."


class SourceNotFound(SourceError):
    """The source does not exist."""

    code = "source_not_found"
    advice = "Check the URI and wait until the upload is complete, then submit a new job."


class SourceForbidden(SourceError):
    """The account may not read a source from this place."""

    code = "source_forbidden"
    advice = "Add the place to `sources` in include/queues.yaml, allow the host, or correct the rights."


class SourceArchived(SourceError):
    """The source lies in an archive and has to be restored before it can be read."""

    code = "source_archived"
    advice = "Restore the object in its bucket, then submit a new job."


class SourceRestoring(SourceArchived):
    """The source is being restored from its archive and can be read when that is done."""

    code = "source_restoring"
    retryable = True
    advice = "Wait until the archive has restored the object; the task retries by itself."


class SourceUnreachable(SourceError):
    """The source could not be fetched."""

    code = "source_unreachable"
    retryable = True
    advice = "Check that the server answers from the worker; the task retries by itself."


class SourceEmpty(SourceError):
    """The source has no bytes."""

    code = "source_empty"
    advice = "Upload the file again and compare its size."


class SourceNotMedia(SourceError):
    """The source is not a media file."""

    code = "source_not_media"
    advice = "Upload a video, audio or image file that ffprobe reads."


class SourceIsReference(SourceError):
    """The source is a playlist or another file that only refers to media."""

    code = "source_is_reference"
    advice = "Submit the media file itself, not the playlist or project that refers to it."


class SourceTooLarge(SourceError):
    """The source is over a limit (bytes, pixels, streams, frame rate or duration)."""

    code = "source_too_large"
    advice = "Send a smaller source, or raise the option `[media] limit_*` that the message names."


class SourceTruncated(SourceError):
    """The source ends before its header says it should."""

    code = "source_truncated"
    advice = "Upload the source again, or write `integrity: tolerant` into the workflow."


class SourceDamaged(SourceError):
    """The source cannot be decoded without errors."""

    code = "source_damaged"
    advice = "Upload an undamaged copy, or write `integrity: tolerant` into the workflow."


class SourceEncrypted(SourceError):
    """The source is encrypted."""

    code = "source_encrypted"
    advice = "Upload the source without encryption."


class SourceUnsuitable(SourceError):
    """A required output cannot be made from this source as the workflow asks."""

    code = "source_unsuitable"
    advice = "Choose a workflow that fits the source, or write `required: false` into the output."
