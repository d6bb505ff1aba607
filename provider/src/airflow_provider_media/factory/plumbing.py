"""Common arguments of the plumbing DAGs, which keep jobs going and belong to no workflow."""

from __future__ import annotations

from typing import TypedDict


class PlumbingArguments(TypedDict):
    """Arguments of a plumbing DAG."""

    catchup: bool
    is_paused_upon_creation: bool
    tags: list[str]
    auto_register: bool


PLUMBING: PlumbingArguments = {
    "catchup": False,
    # Where Airflow pauses new DAGs, jobs would wait without any hint that somebody must unpause these.
    "is_paused_upon_creation": False,
    "tags": ["media", "plumbing"],
    # A DAG file names its own DAGs. Airflow would also add each DAG that was only begun when an error ended it.
    "auto_register": False,
}
