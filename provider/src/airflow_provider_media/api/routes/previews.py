"""Routes that try a workflow on a source: its plan and its pictures, without a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from airflow_provider_media.api import preview_examples as examples
from airflow_provider_media.api.accounts import AccountToChange, Deliberate
from airflow_provider_media.api.answers import OF_BODIES, answers, takes
from airflow_provider_media.api.backend import WorkflowsNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.concurrency_limit import NiceThreads
from airflow_provider_media.api.preview_backend import KnownWorkflowsNow, PresetsNow, PreviewEnginesNow
from airflow_provider_media.api.preview_models import PictureRequest, PlanRequest
from airflow_provider_media.api.previews import PreviewBackend, preview_of
from airflow_provider_media.core.execution.preview import preview_picture, preview_plan
from airflow_provider_media.core.execution.preview_views import PlanView, plan_view
from airflow_provider_media.core.planning.moments import Moment
from airflow_provider_media.core.submission.request import validated
from airflow_provider_media.hooks import settings

BODIES = (PlanRequest, PictureRequest)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
OF_PREVIEWS = (
    *OF_BODIES,
    "location_forbidden",
    "workflow_unknown",
    "workflow_invalid",
    "previews_busy",
    "preview_timeout",
    "preview_too_large",
    "source_refused",
    "source_not_found",
    "source_forbidden",
    "source_archived",
    "source_restoring",
    "source_unreachable",
    "source_empty",
    "source_not_media",
    "source_is_reference",
    "source_too_large",
    "source_truncated",
    "source_damaged",
    "source_encrypted",
    "source_unsuitable",
    "storage_failed",
    "storage_full",
    "tool_missing",
    "encode_stalled",
    "resource_exhausted",
)
router = APIRouter(tags=["previews"], dependencies=[Deliberate])


async def preview_backend(
    workflows: WorkflowsNow, known: KnownWorkflowsNow, presets: PresetsNow, engines: PreviewEnginesNow
) -> PreviewBackend:
    """Return what previews need of the project and of Airflow."""
    return PreviewBackend(
        workflows=workflows, known=known, presets=presets, engines=engines, seconds=settings.preview_seconds()
    )


BackendNow = Annotated[PreviewBackend, Depends(preview_backend)]


@router.post(
    "/plans",
    summary="Plan a workflow for a source",
    responses=answers(*OF_PREVIEWS, "output_too_large", example=examples.PLAN),
    openapi_extra=takes(PlanRequest, examples.PLAN_REQUESTS),
)
async def plan_workflow(request: Request, account: AccountToChange, body: JsonBody, backend: BackendNow) -> PlanView:
    """Probe a source and plan a workflow for it. No job is made, and nothing is encoded or published.

    The workflow is a saved one, or a text that need not be saved. The plan is that of a job, but for a source that
    would take long to decode: `source.basis` says what was read. Sizes and processor seconds are estimates.
    """
    asked = validated(PlanRequest, body)

    def plan(is_abandoned: Callable[[], bool]) -> PlanView:
        preview = preview_of(asked, account, backend)
        engine = backend.engine(preview.connection, is_abandoned=is_abandoned)
        facts, made = preview_plan(preview.job, engine, request.app.state.known_sources)
        return plan_view(preview.job.workflow.workflow, asked.source, facts, made, preview.warnings)

    threads: NiceThreads = request.app.state.preview_threads
    return await threads.run_for(request, plan)


@router.post(
    "/pictures",
    summary="Get a picture of an output",
    response_class=Response,
    responses=answers(*OF_PREVIEWS, "output_unknown", "picture_unavailable", "encode_failed")
    | {200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}, "example": "(JPEG)"}}}},
    openapi_extra=takes(PictureRequest, examples.PICTURE_REQUESTS),
)
async def picture_output(request: Request, account: AccountToChange, body: JsonBody, backend: BackendNow) -> Response:
    """Return a JPEG of one output's picture at a moment, made by the filters with which a job makes the output.

    Scaling, cropping, deinterlacing, rotation, tone mapping and watermarks are those of the output; only its codec is
    not applied. An output that keeps HDR is shown in SDR.
    """
    asked = validated(PictureRequest, body)
    moment = Moment(output=asked.output, at=asked.at, rendition=asked.rendition)

    def picture(is_abandoned: Callable[[], bool]) -> bytes:
        preview = preview_of(asked, account, backend)
        engine = backend.engine(preview.connection, is_abandoned=is_abandoned)
        return preview_picture(preview.job, moment, engine, request.app.state.known_sources)

    threads: NiceThreads = request.app.state.preview_threads
    content = await threads.run_for(request, picture)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})
