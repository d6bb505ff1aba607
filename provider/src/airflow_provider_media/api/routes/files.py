"""Routes that answer the published files of a job, for players and for pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, RedirectResponse, Response

from airflow_provider_media.api.accounts import AccountToRead, JobId
from airflow_provider_media.api.answers import OF_ACCOUNTS, Responses, answers
from airflow_provider_media.api.job_backend import PublishedFilesNow
from airflow_provider_media.core.publication.published_files import FileAnswer

HEADERS = {
    # A redirect holds a signed URL, which nobody may keep; a file may be deleted and is asked for each time.
    "Referrer-Policy": "no-referrer",
    # A published file is shown, but never runs as a page of Airflow's own site.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Authorization, Cookie",
}
CODES = (
    *OF_ACCOUNTS,
    "job_unknown",
    "nothing_published",
    "file_unknown",
    "storage_failed",
    "storage_forbidden",
)
router = APIRouter(prefix="/jobs/{job_id}", tags=["jobs"])


def _responses(media_type: str, example: str) -> Responses:
    content: dict[str, Any] = {media_type: {"example": example}}
    return {
        **answers(*CODES),
        200: {"description": "The file itself.", "content": content},
        302: {"description": "A signed URL in the header `Location`, where the storage signs."},
    }


@router.get(
    "/files/{path:path}",
    summary="Get a published file",
    response_class=Response,
    responses=_responses("application/vnd.apple.mpegurl", "#EXTM3U\n")
    | {206: {"description": "The bytes that the header `Range` asks for."}},
)
def read_file(
    account: AccountToRead,
    job_id: JobId,
    path: Annotated[
        str,
        Path(
            description="Path of a file of the manifest, below the job's output location.",
            examples=["lecture/hls/master.m3u8"],
        ),
    ],
    files: PublishedFilesNow,
) -> Response:
    """Return one published file of a job.

    Playlists (`.m3u8`, `.mpd`), cues (`.vtt`) and segments are answered by their bytes, and the relative links of
    playlists lead to this same route: a player needs no other address and no CORS rule to play from a private bucket.
    Any other file is answered by a redirect to a signed URL, which is valid for an hour, or by its bytes where the
    storage signs no URLs.
    """
    return file_response(files.read_file(account, job_id, path))


@router.get(
    "/thumbnail",
    summary="Get a job's thumbnail",
    response_class=Response,
    responses=_responses("image/jpeg", "(the picture)"),
)
def read_thumbnail(account: AccountToRead, job_id: JobId, files: PublishedFilesNow) -> Response:
    """Return the first picture of the video that the job has published, as the route of its files does."""
    return file_response(files.read_thumbnail(account, job_id))


def file_response(answer: FileAnswer) -> Response:
    """Return the HTTP answer for a file."""
    if answer.url is not None:
        return RedirectResponse(answer.url, status_code=302, headers={**HEADERS, "Cache-Control": "no-store"})
    headers = {**HEADERS, "Cache-Control": "no-cache, private"}
    if answer.path is not None:
        return FileResponse(answer.path, media_type=answer.media_type, headers=headers)
    return Response(answer.content, media_type=answer.media_type, headers=headers)
