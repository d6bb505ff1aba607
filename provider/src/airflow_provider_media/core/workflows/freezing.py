"""Freezing: a workflow as a job carries it, unaffected by later edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import digest, to_json
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Workflow


def freeze(workflow: Workflow) -> FrozenWorkflow:
    """Return the workflow with a hash of all its fields, including defaults.

    ``parse_workflow`` and ``build_workflow`` have already resolved its presets, so no field refers to a file any more.
    """
    return FrozenWorkflow(workflow=workflow, hash=_hash(workflow))


def load_frozen(data: Mapping[str, Any]) -> FrozenWorkflow:
    """Return the frozen workflow in a run's conf.

    :raises ConfigurationError: when the data is no frozen workflow, is of another version of this package, or was
        changed after freezing.
    """
    try:
        frozen = FrozenWorkflow.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigurationError(
            f"The run's conf holds no frozen workflow: {where}: {first['msg']}. Submit the job again.", field=where
        ) from None
    if _hash(frozen.workflow) != frozen.hash:
        raise ConfigurationError(
            "The job's workflow was changed after it had been frozen. Submit the job again.", expected=frozen.hash
        )
    return frozen


def _hash(workflow: Workflow) -> str:
    return digest(to_json(workflow))
