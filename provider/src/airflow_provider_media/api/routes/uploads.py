"""Route that gives out places for uploads."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response

from airflow_provider_media.api import examples
from airflow_provider_media.api.accounts import AccountToChange
from airflow_provider_media.api.answers import OF_ACCOUNTS, answers
from airflow_provider_media.api.backend import SignerNow
from airflow_provider_media.api.errors import UploadsOff
from airflow_provider_media.api.models import UploadUrl
from airflow_provider_media.core.accounts.accounts import UPLOAD_HOURS
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import join, parse

KEPT = timedelta(hours=UPLOAD_HOURS)
"""Time for which an upload is kept and its URL is valid."""
WARNING = (
    f"Uploads are kept for {UPLOAD_HOURS} hours, and a job of low priority may wait longer: submit uploads with normal"
    " priority."
)
FileName = Annotated[
    str,
    Path(
        pattern=r"^[^\x00-\x1f\x7f]{1,255}$",
        description="File name of the source; its extension is that of its format.",
        examples=["lecture.mp4"],
    ),
]
router = APIRouter(prefix="/upload-urls", tags=["uploads"])


@router.get(
    "/{name}",
    summary="Get an upload URL",
    responses=answers(
        *OF_ACCOUNTS, "forbidden", "uploads_off", "storage_failed", "storage_forbidden", example=examples.UPLOAD
    ),
)
def make_upload_url(account: AccountToChange, name: FileName, sign: SignerNow, response: Response) -> UploadUrl:
    """Return a URL that takes one file by HTTP PUT, and the URI that names the file in a submission.

    Every URL has a key of its own, so that no upload replaces another. The URL is a secret: an upload to it needs no
    token.
    """
    if account.uploads is None:
        raise UploadsOff
    uri = _key(account.uploads.location, name)
    expires_at = datetime.now(UTC) + KEPT
    url = sign(account.uploads, uri, int(KEPT.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    place = parse(uri)
    return UploadUrl(
        bucket=place.authority,
        object_key=place.key,
        signed_url=url,
        api_request_url=uri,
        expires_at=expires_at,
        warning=WARNING,
    )


def _key(location: str, name: str) -> str:
    try:
        return join(location, f"{secrets.token_hex(8)}/{name}")
    except ConfigurationError as error:
        raise RequestInvalid(error.message, field="name") from None
