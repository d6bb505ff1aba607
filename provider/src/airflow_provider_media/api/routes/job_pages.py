"""Routes of the page of one job: timeline, workflow, verification of files, renditions and announcements."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from airflow_provider_media.api import job_page_examples
from airflow_provider_media.api.accounts import AccountToRead, JobId
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.backend import JobQueriesNow, WorkflowsNow
from airflow_provider_media.api.job_backend import AnnouncementsNow, JobPagesNow
from airflow_provider_media.core.publication.job_page_views import JobAnnouncements, JobTimeline, JobVerification
from airflow_provider_media.core.publication.quality_over_time import JobQuality
from airflow_provider_media.core.publication.renditions import JobRenditions
from airflow_provider_media.core.workflows.yaml_text import workflow_text

router = APIRouter(prefix="/jobs/{job_id}", tags=["jobs"])
YAML = "application/yaml"
"""Media type of YAML: RFC 9512."""


def _yaml(text: str) -> PlainTextResponse:
    headers = {"Cache-Control": "no-cache, private", "Vary": "Authorization, Cookie"}
    return PlainTextResponse(text, media_type=f"{YAML}; charset=utf-8", headers=headers)


@router.get(
    "/timeline",
    summary="Get the timeline of a job",
    responses=answers(*OF_ACCOUNTS, "job_unknown", example=job_page_examples.TIMELINE),
)
def read_timeline(account: AccountToRead, job_id: JobId, pages: JobPagesNow) -> JobTimeline:
    """Return the tasks of the job's run in its workflow's DAG, in order, with their states and times.

    There are no tasks before the job has got its slot.
    """
    return pages.read_timeline(account, job_id)


@router.get(
    "/workflow",
    summary="Get the workflow of a job",
    response_class=PlainTextResponse,
    responses={
        **answers(*OF_ACCOUNTS, "job_unknown", "conf_untrusted"),
        200: {"description": "The workflow.", "content": {YAML: {"example": "name: vod\n"}}},
    },
)
def read_workflow(account: AccountToRead, job_id: JobId, pages: JobPagesNow) -> PlainTextResponse:
    """Return the workflow as the job carries it, as YAML: with every preset resolved, and unchanged by later edits."""
    return _yaml(pages.read_workflow(account, job_id))


@router.get(
    "/current-workflow",
    summary="Get a job's workflow as its file is now",
    response_class=PlainTextResponse,
    responses={
        **answers(*OF_ACCOUNTS, "job_unknown", "workflow_unknown", "workflow_invalid"),
        200: {"description": "The workflow.", "content": {YAML: {"example": "name: vod\n"}}},
    },
)
def read_current_workflow(
    account: AccountToRead, job_id: JobId, jobs: JobQueriesNow, workflows: WorkflowsNow
) -> PlainTextResponse:
    """Return the workflow that the job names as its file is now, in the same form as the workflow of the job.

    A comparison of both shows what has changed since the job was submitted.
    """
    frozen = workflows(jobs.find_job(account, job_id).workflow)
    return _yaml(workflow_text(frozen.workflow))


@router.get(
    "/verification",
    summary="Get the verification of a job's files",
    responses=answers(
        *OF_ACCOUNTS,
        "job_unknown",
        "nothing_published",
        "file_unknown",
        "storage_failed",
        "storage_forbidden",
        example=job_page_examples.VERIFICATION,
    ),
)
def read_verification(account: AccountToRead, job_id: JobId, pages: JobPagesNow) -> JobVerification:
    """Return the facts of each published file: those that the plan expects, and those that verification has measured.

    A file that differs from its plan by more than its format's tolerance is never published.
    """
    return pages.read_verification(account, job_id)


@router.get(
    "/renditions",
    summary="Get the bit rates of a job's renditions",
    responses=answers(
        *OF_ACCOUNTS,
        "job_unknown",
        "nothing_published",
        "file_unknown",
        "storage_failed",
        "storage_forbidden",
        example=job_page_examples.RENDITIONS,
    ),
)
def read_renditions(account: AccountToRead, job_id: JobId, pages: JobPagesNow) -> JobRenditions:
    """Return the renditions and audio tracks of a job's packages, with the bit rate of each segment.

    The rates come from the published playlists and the sizes of the segments. A single file has no segments; its mean
    `bit_rate` is among its facts in the job's `outputs`.
    """
    return pages.read_renditions(account, job_id)


@router.get(
    "/quality",
    summary="Get the quality of a job's videos over time",
    responses=answers(
        *OF_ACCOUNTS,
        "job_unknown",
        "nothing_published",
        "storage_failed",
        "storage_forbidden",
        example=job_page_examples.QUALITY,
    ),
)
def read_quality(account: AccountToRead, job_id: JobId, pages: JobPagesNow) -> JobQuality:
    """Return the VMAF of each video whose output says `quality: measure`, over time.

    The scores of the whole video are in the job's `quality`. A long video is sampled.
    """
    return pages.read_quality(account, job_id)


@router.get(
    "/announcements",
    summary="Get the announcements of a job",
    responses=answers(*OF_ACCOUNTS, "job_unknown", example=job_page_examples.ANNOUNCEMENTS),
)
def read_announcements(account: AccountToRead, job_id: JobId, announcements: AnnouncementsNow) -> JobAnnouncements:
    """Return each event of the job, and for each target the state of its delivery, its attempts and its last error.

    A target is shown by its name, which holds no token and no secret.
    """
    return announcements.read_announcements(account, job_id)
