"""What the DAGs have in common that keep jobs going, and that nobody has made a workflow for."""

from __future__ import annotations

from typing import TypedDict


class PlumbingArguments(TypedDict):
    """Arguments of such a DAG."""

    catchup: bool
    is_paused_upon_creation: bool
    tags: list[str]


PLUMBING: PlumbingArguments = {
    "catchup": False,
    # Jobs would wait for a click of which nobody tells, where Airflow pauses new DAGs.
    "is_paused_upon_creation": False,
    "tags": ["media", "plumbing"],
}
