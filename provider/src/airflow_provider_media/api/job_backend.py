"""Backend of the routes of the pages of a job, of queues and of executions; ``api.backend`` has that of others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Annotated, Protocol, cast

from fastapi import Depends

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.publication.job_page_views import JobAnnouncements, JobTimeline, JobVerification
from airflow_provider_media.core.publication.published_files import FileAnswer
from airflow_provider_media.core.publication.quality_over_time import JobQuality
from airflow_provider_media.core.publication.renditions import JobRenditions
from airflow_provider_media.core.statelang.service import OpenApproval
from airflow_provider_media.core.submission.live_limits import LimitsBody
from airflow_provider_media.core.submission.queue_history import QueueHistory
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.views import JobOfRun, JobPage, JobView


class VersionedPage(Protocol):
    """A page of jobs before it is made, as ``airflow_provider_media.job_store.job_lists`` finds it."""

    @property
    def version(self) -> str:
        """Two pages of one account with one version are equal."""

    def page(self) -> JobPage:
        """Return the page."""


class PublishedFiles(Protocol):
    """Published files of jobs, as ``airflow_provider_media.job_store.published_files`` finds them."""

    def read_file(self, account: Account, job_id: str, path: str) -> FileAnswer:
        """Return how a browser gets one published file of a job."""

    def read_thumbnail(self, account: Account, job_id: str) -> FileAnswer:
        """Return how a browser gets a job's thumbnail."""


class Frames(Protocol):
    """Frames of jobs' videos, as ``airflow_provider_media.job_store.frames`` decodes them."""

    def read_frame(self, account: Account, job_id: str, of: str, at: float) -> bytes:
        """Return one frame of a job's source or of a published file, as JPEG."""


JobOfRunFinder = Callable[[str, str], JobOfRun]
"""Function that finds the job of a run, given a DAG id and a run id."""


class JobPages(Protocol):
    """What the page of a job shows, as ``airflow_provider_media.job_store.job_pages`` finds it."""

    def read_timeline(self, account: Account, job_id: str) -> JobTimeline:
        """Return the tasks of a job."""

    def read_workflow(self, account: Account, job_id: str) -> str:
        """Return the workflow of a job as YAML text."""

    def read_verification(self, account: Account, job_id: str) -> JobVerification:
        """Return the planned and the measured facts of a job's files."""

    def read_renditions(self, account: Account, job_id: str) -> JobRenditions:
        """Return the renditions of a job's packages."""

    def read_quality(self, account: Account, job_id: str) -> JobQuality:
        """Return the quality of a job's videos over time."""


class Announcements(Protocol):
    """Announcements of jobs, as ``airflow_provider_media.job_store.announcements`` finds them."""

    def read_announcements(self, account: Account, job_id: str) -> JobAnnouncements:
        """Return the announcements of a job."""


PriorityChange = Callable[[Account, str, Priority], JobView]
"""Function that moves a waiting job to the queue of a priority, given its account and id."""
JobRequestFinder = Callable[[Account, str], Request]
"""Function that returns the request that submits a job again, given its account and id."""


ApprovalFinder = Callable[[str, str], tuple[OpenApproval, ...]]
"""Function that finds the open approvals of an execution, given the machine's and the execution's name."""
ExecutionFile = Callable[[str, str, str], FileAnswer]
"""Function that says how a browser gets a file that an execution has made, given its URI last."""


class QueueCommands(Protocol):
    """Commands for queues, as ``airflow_provider_media.job_store.queue_commands`` takes them."""

    def set_paused(self, account: Account, priorities: Collection[Priority], *, paused: bool) -> None:
        """Pause or resume queues of an account."""


LimitsChange = Callable[[Account, LimitsBody, str], None]
"""Function that sets the limits of an account's queues, given the name of the user who does so."""


class QueueStatistics(Protocol):
    """Statistics of queues, as ``airflow_provider_media.job_store.queue_history`` counts them."""

    def read_history(self, account: Account, *, span: timedelta, bucket: timedelta) -> QueueHistory:
        """Return what happened in an account's queues."""


async def job_of_run_finder() -> JobOfRunFinder:
    """Return the function that finds the job of a run."""
    from airflow_provider_media.job_store.jobs_of_runs import find_job_of_run

    return find_job_of_run


async def published_files() -> PublishedFiles:
    """Return the published files of jobs."""
    from airflow_provider_media.job_store import published_files as found

    return cast("PublishedFiles", found)


async def frames() -> Frames:
    """Return the frames of jobs' videos."""
    from airflow_provider_media.job_store import frames as decoded

    return cast("Frames", decoded)


async def job_pages() -> JobPages:
    """Return what the pages of jobs show."""
    from airflow_provider_media.job_store import job_pages as pages

    return cast("JobPages", pages)


async def priority_change() -> PriorityChange:
    """Return the function that changes the priority of a job."""
    from airflow_provider_media.job_store.job_priority import change_priority

    return change_priority


async def job_request_finder() -> JobRequestFinder:
    """Return the function that finds the request of a job."""
    from airflow_provider_media.job_store.job_requests import find_request

    return find_request


async def announcements() -> Announcements:
    """Return the announcements of jobs."""
    from airflow_provider_media.job_store import announcements as found

    return cast("Announcements", found)


async def approval_finder() -> ApprovalFinder:
    """Return the function that finds open approvals."""
    from airflow_provider_media.job_store.approvals import find_approvals

    return find_approvals


async def execution_file() -> ExecutionFile:
    """Return the function that finds files of executions."""
    from airflow_provider_media.job_store.execution_files import read_file

    return read_file


async def queue_commands() -> QueueCommands:
    """Return the commands for queues."""
    from airflow_provider_media.job_store import queue_commands as commands

    return cast("QueueCommands", commands)


async def limits_change() -> LimitsChange:
    """Return the function that sets the limits of queues."""
    from airflow_provider_media.job_store.queue_limits import change_limits

    return change_limits


async def queue_statistics() -> QueueStatistics:
    """Return the statistics of queues."""
    from airflow_provider_media.job_store import queue_history as statistics

    return cast("QueueStatistics", statistics)


JobOfRunNow = Annotated[JobOfRunFinder, Depends(job_of_run_finder)]
PublishedFilesNow = Annotated[PublishedFiles, Depends(published_files)]
FramesNow = Annotated[Frames, Depends(frames)]
JobPagesNow = Annotated[JobPages, Depends(job_pages)]
PriorityChangeNow = Annotated[PriorityChange, Depends(priority_change)]
JobRequestNow = Annotated[JobRequestFinder, Depends(job_request_finder)]
AnnouncementsNow = Annotated[Announcements, Depends(announcements)]
ApprovalsNow = Annotated[ApprovalFinder, Depends(approval_finder)]
ExecutionFileNow = Annotated[ExecutionFile, Depends(execution_file)]
QueueCommandsNow = Annotated[QueueCommands, Depends(queue_commands)]
LimitsChangeNow = Annotated[LimitsChange, Depends(limits_change)]
QueueStatisticsNow = Annotated[QueueStatistics, Depends(queue_statistics)]
