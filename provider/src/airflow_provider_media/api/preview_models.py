"""Bodies of the routes that try a workflow on a source."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from airflow_provider_media.api.models import STRICT
from airflow_provider_media.core.outputs.spec import Name
from airflow_provider_media.core.workflows.document import MAX_BYTES


class PlanRequest(BaseModel):
    """A workflow to try on a source."""

    model_config = STRICT
    source: Annotated[str, Field(min_length=1, max_length=4096)]
    """URI of the source, as in a submission."""
    workflow: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """Name of a workflow; the account's default when neither `workflow` nor `text` is given."""
    text: Annotated[str, Field(max_length=MAX_BYTES)] | None = None
    """YAML of a workflow, which need not be saved."""

    @model_validator(mode="after")
    def _one_workflow(self) -> Self:
        if self.workflow is not None and self.text is not None:
            raise ValueError("give workflow or text, not both")
        return self


class PictureRequest(PlanRequest):
    """A picture to take of one output of a workflow."""

    output: Name
    """Name of the output: a transcode, a ladder, snapshots or an animated image."""
    rendition: Name | None = None
    """Name of a ladder's rung, such as `720p`; the largest one when absent."""
    at: Annotated[float, Field(ge=0, le=1_000_000)] = 0.0
    """Seconds from the output's beginning, which a trim sets; for snapshots, seconds of the source. A time past the end
    means the last picture."""
