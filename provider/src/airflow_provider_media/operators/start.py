"""StartJobOperator: an upload becomes a run of its workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

from airflow_provider_media.core.workflows.model import FrozenWorkflow


class StartJobOperator(TriggerDagRunOperator):
    """Start the run of a workflow for one arrival, with the workflow frozen into its conf; a run that exists already is left alone.

    :param arrival: the arrival as JSON.
    :param workflows: the workflows of this moment by name.
    """

    # The name of an upload is anybody's choice: nothing here is ever rendered as a template.
    template_fields: Sequence[str] = ()

    def __init__(self, *, arrival: Mapping[str, Any], workflows: Mapping[str, FrozenWorkflow], **kwargs: Any) -> None:
        super().__init__(
            trigger_dag_id=arrival["dag_id"],
            trigger_run_id=arrival["run_id"],
            conf={"source": arrival["source"], "workflow": workflows[arrival["workflow"]].to_json()},
            skip_when_already_exists=True,
            openlineage_inject_parent_info=False,
            **kwargs,
        )
        self.arrival = arrival
