"""The tree of errors that this package raises on purpose.

::

    MediaError                        code                     exit  retry can help
    ├── ConfigurationError            configuration_invalid      2   no
    │   ├── WorkflowInvalid           workflow_invalid           2   no
    │   ├── OutputTooLarge            output_too_large           2   no
    │   └── StateMachineInvalid       state_machine_invalid      2   no
    ├── SourceError                   source_refused             3   no
    │   ├── SourceNotFound            source_not_found           3   no
    │   ├── SourceForbidden           source_forbidden           3   no
    │   ├── SourceArchived            source_archived            3   no
    │   │   └── SourceRestoring       source_restoring           3   yes
    │   ├── SourceUnreachable         source_unreachable         3   yes
    │   ├── SourceEmpty               source_empty               3   no
    │   ├── SourceNotMedia            source_not_media           3   no
    │   ├── SourceIsReference         source_is_reference        3   no
    │   ├── SourceTooLarge            source_too_large           3   no
    │   ├── SourceTruncated           source_truncated           3   no
    │   ├── SourceDamaged             source_damaged             3   no
    │   ├── SourceEncrypted           source_encrypted           3   no
    │   └── SourceUnsuitable          source_unsuitable          3   no
    ├── ProcessingError               processing_failed          4   no
    │   ├── ToolMissing               tool_missing               4   no
    │   ├── EncodeFailed              encode_failed              4   no
    │   ├── EncodeStalled             encode_stalled             4   yes
    │   ├── ResourceExhausted         resource_exhausted         4   yes
    │   ├── Cancelled                 cancelled                  4   no
    │   ├── PackagingFailed           packaging_failed           4   no
    │   └── VerificationFailed        verification_failed        4   no
    ├── StorageError                  storage_failed             5   yes
    │   ├── ObjectNotFound            object_not_found           5   no
    │   ├── StorageForbidden          storage_forbidden          5   no
    │   ├── StorageFull               storage_full               5   yes
    │   ├── UploadFailed              upload_failed              5   yes
    │   └── AlreadyExists             already_exists             5   no
    ├── DeliveryFailed                delivery_failed            7   yes
    │   ├── DeliveryRefused           delivery_refused           7   no
    │   └── TargetGone                target_gone                7   no
    └── SubmissionError               submission_refused         6   no
        └── ...                       refusals of requests       6   some

The first line of a class's docstring is its default message.
``code`` is stable: callers, tests and dashboards compare it.
"""

from __future__ import annotations

from typing import ClassVar


class MediaError(Exception):
    """Something went wrong in media processing.

    :param message: what was wrong, where, what is allowed and what to do next.
    :param detail: facts for machines (field path, file, line, measured and expected values); never secrets.
    """

    code: ClassVar[str] = "media_error"
    exit_code: ClassVar[int] = 4
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", **detail: object) -> None:
        self.message = message or (self.__doc__ or self.code).split("\n", 1)[0]
        self.detail = detail
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders between task and supervisor, and the default pickling drops keyword arguments.
        return (_rebuild, (type(self), self.message, self.detail))

    def to_json(self) -> dict[str, object]:
        """Return the error as the API, the CLI and job records show it."""
        return {"code": self.code, "message": self.message, **({"detail": self.detail} if self.detail else {})}


def _rebuild(cls: type[MediaError], message: str, detail: dict[str, object]) -> MediaError:
    return cls(message, **detail)


class ConfigurationError(MediaError):
    """The configuration is not valid."""

    code = "configuration_invalid"
    exit_code = 2


class WorkflowInvalid(ConfigurationError):
    """The workflow is not valid."""

    code = "workflow_invalid"


class OutputTooLarge(ConfigurationError):
    """The workflow asks for more images, tracks or files than one job may make."""

    code = "output_too_large"


class StateMachineInvalid(ConfigurationError):
    """The state machine is not valid."""

    code = "state_machine_invalid"


class SourceError(MediaError):
    """The source was refused."""

    code = "source_refused"
    exit_code = 3


class SourceNotFound(SourceError):
    """The source does not exist."""

    code = "source_not_found"


class SourceForbidden(SourceError):
    """The account may not read a source from this place."""

    code = "source_forbidden"


class SourceArchived(SourceError):
    """The source lies in an archive and has to be restored before it can be read."""

    code = "source_archived"


class SourceRestoring(SourceArchived):
    """The source is being restored from its archive and can be read when that is done."""

    code = "source_restoring"
    retryable = True


class SourceUnreachable(SourceError):
    """The source could not be fetched."""

    code = "source_unreachable"
    retryable = True


class SourceEmpty(SourceError):
    """The source has no bytes."""

    code = "source_empty"


class SourceNotMedia(SourceError):
    """The source is not a media file."""

    code = "source_not_media"


class SourceIsReference(SourceError):
    """The source is a playlist or another file that only refers to media."""

    code = "source_is_reference"


class SourceTooLarge(SourceError):
    """The source is over a limit (bytes, pixels, streams, frame rate or duration)."""

    code = "source_too_large"


class SourceTruncated(SourceError):
    """The source ends before its header says it should."""

    code = "source_truncated"


class SourceDamaged(SourceError):
    """The source cannot be decoded without errors."""

    code = "source_damaged"


class SourceEncrypted(SourceError):
    """The source is encrypted."""

    code = "source_encrypted"


class SourceUnsuitable(SourceError):
    """A required output cannot be made from this source as the workflow asks."""

    code = "source_unsuitable"


class ProcessingError(MediaError):
    """Processing failed."""

    code = "processing_failed"
    exit_code = 4


class ToolMissing(ProcessingError):
    """ffmpeg, ffprobe or Shaka Packager is missing or too old."""

    code = "tool_missing"


class EncodeFailed(ProcessingError):
    """ffmpeg failed."""

    code = "encode_failed"


class EncodeStalled(ProcessingError):
    """ffmpeg made no progress for too long."""

    code = "encode_stalled"
    retryable = True


class ResourceExhausted(ProcessingError):
    """Memory, disk or processor time ran out."""

    code = "resource_exhausted"
    retryable = True


class Cancelled(ProcessingError):
    """The work was cancelled."""

    code = "cancelled"


class PackagingFailed(ProcessingError):
    """Shaka Packager failed."""

    code = "packaging_failed"


class VerificationFailed(ProcessingError):
    """An output differs from its plan."""

    code = "verification_failed"


class StorageError(MediaError):
    """The storage failed."""

    code = "storage_failed"
    exit_code = 5
    retryable = True


class ObjectNotFound(StorageError):
    """There is no such object."""

    code = "object_not_found"
    retryable = False


class StorageForbidden(StorageError):
    """The storage refused access."""

    code = "storage_forbidden"
    retryable = False


class StorageFull(StorageError):
    """The disk is full, or its quota is used up."""

    code = "storage_full"


class UploadFailed(StorageError):
    """An output could not be uploaded."""

    code = "upload_failed"


class AlreadyExists(StorageError):
    """A conditional write found that the object exists already."""

    code = "already_exists"
    retryable = False


class DeliveryFailed(MediaError):
    """An announcement could not be delivered."""

    code = "delivery_failed"
    exit_code = 7
    retryable = True


class DeliveryRefused(DeliveryFailed):
    """Announcements may not be sent to this target."""

    code = "delivery_refused"
    retryable = False


class TargetGone(DeliveryFailed):
    """The target has asked not to be called again."""

    code = "target_gone"
    retryable = False


class SubmissionError(MediaError):
    """The request was refused."""

    code = "submission_refused"
    exit_code = 6


class RequestInvalid(SubmissionError):
    """The request is not valid."""

    code = "request_invalid"


class PriorityUnknown(SubmissionError):
    """There is no such priority."""

    code = "priority_unknown"


class WorkflowUnknown(SubmissionError):
    """There is no such workflow."""

    code = "workflow_unknown"


class AccountUnknown(SubmissionError):
    """There is no such account."""

    code = "account_unknown"


class JobUnknown(SubmissionError):
    """There is no such job."""

    code = "job_unknown"


class LocationForbidden(SubmissionError):
    """The account may not use this location."""

    code = "location_forbidden"


class ConfUntrusted(SubmissionError):
    """The run's conf was not made by a submission, or it was changed afterwards."""

    code = "conf_untrusted"


class IdempotencyConflict(SubmissionError):
    """The idempotency key was used for another request."""

    code = "idempotency_conflict"


class SourceBusy(SubmissionError):
    """The video is being processed."""

    code = "source_busy"
    retryable = True


class JobEnded(SubmissionError):
    """The job has ended."""

    code = "job_ended"


class JobNotEnded(SubmissionError):
    """The job has not ended."""

    code = "job_not_ended"


class ManualActionRefused(SubmissionError):
    """The action would let a job, its files and its announcement disagree."""

    code = "manual_action_refused"


class JobStarting(SubmissionError):
    """The job is taking its slot; repeat the request in a moment."""

    code = "job_starting"
    retryable = True


class WorkflowPaused(SubmissionError):
    """The workflow is paused; submit again once its DAG is unpaused."""

    code = "workflow_paused"
    retryable = True


class QueueFull(SubmissionError):
    """The queue is full; try again later."""

    code = "queue_full"
    retryable = True


class RateLimited(SubmissionError):
    """Too many requests; slow down."""

    code = "rate_limited"
    retryable = True


class QueueUnreadable(SubmissionError):
    """The upload queue cannot be read."""

    code = "queue_unreadable"
    retryable = True


class QueueMissing(SubmissionError):
    """Airflow does not know the account's queues yet."""

    code = "queue_missing"
    retryable = True


class TaskTokenInvalid(SubmissionError):
    """The task token is unknown; send the whole token, unchanged."""

    code = "task_token_invalid"


class ExecutionNotFailed(SubmissionError):
    """Only a failed execution can be redriven."""

    code = "execution_not_failed"


class TaskEnded(SubmissionError):
    """The task no longer waits: it was answered, it timed out, or its run has ended."""

    code = "task_ended"


class StateMachineUnknown(SubmissionError):
    """There is no such state machine."""

    code = "state_machine_unknown"


class StateMachineNotExpress(SubmissionError):
    """The state machine is not express; start an execution of it instead of waiting for the result."""

    code = "state_machine_not_express"


class ExecutionUnknown(SubmissionError):
    """The state machine has no such execution."""

    code = "execution_unknown"


class NothingPublished(SubmissionError):
    """The run has published nothing yet."""

    code = "nothing_published"


class ExecutionExists(SubmissionError):
    """An execution of this name exists with another input."""

    code = "execution_exists"


class ExecutionsBusy(SubmissionError):
    """This server runs its limit of express executions; try again in a moment."""

    code = "executions_busy"
    retryable = True
