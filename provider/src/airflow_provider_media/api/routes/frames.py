"""Route of single frames, by which a page compares a job's source with what was made of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from airflow_provider_media.api.accounts import AccountToRead, JobId
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.concurrency_limit import NiceThreads
from airflow_provider_media.api.job_backend import FramesNow
from airflow_provider_media.api.models import FrameQuery

CODES = (
    *OF_ACCOUNTS,
    "job_unknown",
    "conf_untrusted",
    "nothing_published",
    "file_unknown",
    "frame_unavailable",
    "previews_busy",
    "tool_missing",
    "storage_failed",
    "storage_forbidden",
)
router = APIRouter(prefix="/jobs/{job_id}", tags=["jobs"])


@router.get(
    "/frames",
    summary="Get a frame of a job's source or of a published file",
    response_class=Response,
    responses={
        **answers(*CODES),
        200: {"description": "The frame.", "content": {"image/jpeg": {"example": "(the picture)"}}},
    },
)
async def read_frame(
    request: Request,
    account: AccountToRead,
    job_id: JobId,
    wanted: Annotated[FrameQuery, Query()],
    frames: FramesNow,
) -> Response:
    """Return the first frame at or after a time, as a JPEG in SDR that is at most 1920 pixels wide.

    The source and every published file have the same clock, so the same `at` shows the same moment of each. The server
    decodes in the sandbox of the jobs, as many frames and previews at once as `[media] previews` says, each frame for
    20 seconds at most. Of a remote MP4 it fetches
    only the index and the packets around the frame; of any other remote file at most 256 MiB.
    """
    threads: NiceThreads = request.app.state.preview_threads
    content = await threads.run(lambda: frames.read_frame(account, job_id, wanted.of, wanted.at))
    return Response(
        content,
        media_type="image/jpeg",
        headers={
            "Cache-Control": "private, max-age=300",
            "Vary": "Authorization, Cookie",
            "X-Content-Type-Options": "nosniff",
        },
    )
