"""The page for people that shows what a run of a workflow has published."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from airflow_provider_media.api.accounts import MayNow
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import PublicationsNow
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.publication.gallery import player_page
from airflow_provider_media.job_store.errors import NothingPublished

HEADERS = {
    # The links of the page are signed: nobody may keep the page, and no linked site may learn its address.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    # Scripts and styles are those of the page itself; images and videos come from wherever the bucket is.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src http: https:; media-src"
        " http: https:; base-uri 'none'; form-action 'none'"
    ),
}
router = APIRouter(prefix="/workflows/{workflow}/runs/{run}", tags=["jobs"])


@router.get("/page", response_class=HTMLResponse, include_in_schema=False)
def show_publication(workflow: str, run: str, user: User, may: MayNow, publications: PublicationsNow) -> HTMLResponse:
    """Show a player, pictures and a table of all files that a run has published."""
    if not may(user, "GET", workflow_dag_id(workflow)):
        raise NothingPublished(f"The run {run} of the workflow {workflow} has published nothing yet.")
    it = publications.read_publication(workflow, run)
    return HTMLResponse(player_page(it.manifest, texts=it.texts, address=it.address), headers=HEADERS)
