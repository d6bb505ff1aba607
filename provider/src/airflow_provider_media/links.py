"""Links from a task to what it published, and from an execution to its states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf
from airflow.sdk.execution_time.xcom import XCom

from airflow_provider_media.core.ingest.names import workflow_of_dag
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.hooks.state_machine_files import PREFIX

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class ManifestLink(BaseOperatorLink):
    """The manifest that a task committed, where people can open it (option ``[media] object_url``)."""

    name = "Manifest"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the manifest; empty while there is none."""
        result: Any = XCom.get_value(ti_key=ti_key, key="return_value")
        return object_url(result["manifest"]) if isinstance(result, dict) and result.get("manifest") else ""


class OutputsLink(BaseOperatorLink):
    """The page of what a job has published: player, pictures and a table of all files."""

    name = "Outputs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the page, on the server that the link is opened from."""
        workflow = quote(workflow_of_dag(ti_key.dag_id))
        return f"{_root()}/media/v1/workflows/{workflow}/runs/{quote(ti_key.run_id, safe='')}/page"


class ExecutionLink(BaseOperatorLink):
    """The page of an execution: its machine in colours, and what went into and came out of each state."""

    name = "Execution"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the page, on the server that the link is opened from."""
        return execution_url(ti_key.dag_id, ti_key.run_id)


def execution_url(dag_id: str, run_id: str) -> str:
    """Address of an execution's page, without the server's name, which workers need not know."""
    return f"{_root()}/media/v1/state-machines/{quote(dag_id.removeprefix(PREFIX))}/executions/{quote(run_id, safe='')}/page"


def _root() -> str:
    return urlsplit(conf.get("api", "base_url", fallback="") or "").path.rstrip("/")


def object_url(uri: str) -> str:
    """Address at which people look at a stored object; never signed, so that it may stand in logs and XCom.

    :param uri: an ``s3://`` or ``file://`` URI; the latter is its own address.
    """
    location = parse(uri)
    if location.scheme != "s3":
        return str(location)
    template: str = conf.get("media", "object_url")
    return template.format(bucket=quote(location.authority), key=quote(location.key))
