"""Links from a task to its results, and from an execution to its states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf
from airflow.sdk.execution_time.xcom import XCom

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.dag_ids import machine_of_dag, workflow_of_dag
from airflow_provider_media.core.media.uri import parse, scheme_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


class ManifestLink(BaseOperatorLink):
    """The manifest that a task committed, at an address for people (option ``[media] object_url``)."""

    name = "Manifest"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the manifest; empty without one."""
        result: Any = XCom.get_value(ti_key=ti_key, key=RETURN_VALUE)
        return object_url(result["manifest"]) if isinstance(result, dict) and result.get("manifest") else ""


class OutputsLink(BaseOperatorLink):
    """The page of a job's published files: player, pictures and a table of all files."""

    name = "Outputs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the page, on the server where the link is opened."""
        workflow = quote(workflow_of_dag(ti_key.dag_id))
        return f"{_root()}/media/v1/workflows/{workflow}/runs/{quote(ti_key.run_id, safe='')}/page"


class ExecutionLink(BaseOperatorLink):
    """The page of an execution: its state machine in colours, and the input and output of each state."""

    name = "Execution"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address of the page, on the server where the link is opened."""
        return execution_url(ti_key.dag_id, ti_key.run_id)


def execution_url(dag_id: str, run_id: str) -> str:
    """Return the address of an execution's page without the server's name, which workers need not know."""
    return f"{_root()}/media/v1/state-machines/{quote(machine_of_dag(dag_id))}/executions/{quote(run_id, safe='')}/page"


def _root() -> str:
    return urlsplit(conf.get("api", "base_url", fallback="") or "").path.rstrip("/")


def object_url(uri: str) -> str:
    """Return the address at which people open a stored object; it is never signed, so that logs and XComs may hold it.

    :param uri: URI of an output; where no console shows objects of its scheme, it is its own address.
    """
    location = parse(uri)
    own = scheme_of(location.scheme).object_url
    template: str = conf.get("media", "object_url") if location.scheme == "s3" else own
    if not template:
        return str(location)
    return template.format(bucket=quote(location.authority), key=quote(location.key))
