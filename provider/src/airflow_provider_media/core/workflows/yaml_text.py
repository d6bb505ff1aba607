"""Workflows as YAML text for people."""

from __future__ import annotations

from io import StringIO

from airflow_provider_media.core.workflows.model import Workflow


def workflow_text(workflow: Workflow) -> str:
    """Return a workflow as YAML 1.2 with every preset resolved; fields without a value are left out.

    Notifications have the names of their targets in place of the addresses, which may hold secrets.
    """
    from ruamel.yaml import YAML

    fields = workflow.model_dump(mode="json", exclude_none=True)
    for notification, shown in zip(workflow.notifications, fields["notifications"], strict=True):
        shown[notification.target.kind] = notification.target.name
    writer, text = YAML(), StringIO()
    writer.width = 120
    writer.dump(fields, text)
    return text.getvalue()
