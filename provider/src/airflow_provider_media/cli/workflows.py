"""``airflow media workflows``: list workflows and their paused state."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import WorkflowPage, WorkflowView


def run(args: argparse.Namespace) -> int:
    """Print the valid workflows."""
    from airflow_provider_media.hooks.catalogue import all_workflows
    from airflow_provider_media.job_store.paused_workflows import list_workflows

    page = WorkflowPage(workflows=tuple(list_workflows(all_workflows().values())))
    if args.json:
        say(json.dumps(to_json(page), indent=2, ensure_ascii=False))
    else:
        say(
            "\n".join(map(line, page.workflows))
            or "There are no workflows without errors; `airflow media lint` says what is wrong."
        )
    return 0


def line(workflow: WorkflowView) -> str:
    """Return a workflow in one line."""
    return f"{workflow.name:<28}  {_standing(workflow):<8}  {workflow.dag_id}  {workflow.description}".rstrip()


def _standing(workflow: WorkflowView) -> str:
    if workflow.paused:
        return "paused"
    return "active" if workflow.known else "not read by Airflow yet"
