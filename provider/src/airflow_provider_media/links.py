"""Links from a task to what it published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf
from airflow.sdk.execution_time.xcom import XCom

from airflow_provider_media.core.media.uri import parse

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


def object_url(uri: str) -> str:
    """Address at which people look at a stored object; never signed, so that it may stand in logs and XCom.

    :param uri: an ``s3://`` or ``file://`` URI; the latter is its own address.
    """
    location = parse(uri)
    if location.scheme != "s3":
        return str(location)
    template: str = conf.get("media", "object_url")
    return template.format(bucket=quote(location.authority), key=quote(location.key))
