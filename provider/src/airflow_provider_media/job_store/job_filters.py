"""Filters of lists of jobs, as conditions for Airflow's database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.models import DagRun
from sqlalchemy import func, or_

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.names import ID_LENGTH
from airflow_provider_media.core.submission.views import JobFilter
from airflow_provider_media.job_store.job_views import is_in_state
from airflow_provider_media.job_store.listed_rows import COLUMNS
from airflow_provider_media.job_store.queue_occupancy import slot_tasks

if TYPE_CHECKING:
    from sqlalchemy.sql import ColumnElement, Select

made_at = func.coalesce(DagRun.created_at, DagRun.run_after)
"""When a job was submitted. Runs from before Airflow 3.2 do not say when they were made."""


def listed_jobs(account: Account, wanted: JobFilter) -> Select[Any]:
    """Return a query for the rows of the jobs that match a filter, newest first.

    :raises RequestInvalid: when the cursor is not that of an earlier page.
    """
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "states": lambda states: or_(*map(is_in_state, sorted(states))),
        "priority": lambda priority: DagRun.dag_id == ingest_dag_id(account.name, priority),
        "workflow": lambda name: DagRun.conf["workflow"]["workflow"]["name"].as_string() == name,
        "video": lambda video: DagRun.conf["video"].as_string() == video,
        "text": _has_text,
        "submitted_after": lambda time: made_at >= time,
        "submitted_before": lambda time: made_at < time,
        "cursor": lambda cursor: DagRun.id < _row(cursor),
    }
    asked = ((condition, getattr(wanted, name)) for name, condition in conditions.items())
    matching = slot_tasks(account.name).where(*(condition(value) for condition, value in asked if value))
    return matching.with_only_columns(*COLUMNS).order_by(DagRun.id.desc())


def _row(cursor: str) -> int:
    if not cursor.isdigit():
        raise RequestInvalid("cursor must be the next of an earlier page", field="cursor")
    return int(cursor)


def _has_text(text: str) -> ColumnElement[bool]:
    conditions = [
        DagRun.conf["source"].as_string().regexp_match(file_name_pattern(text)),
        DagRun.conf["video"].as_string().icontains(text, autoescape=True),
    ]
    if re.fullmatch(rf"[0-9a-fA-F]{{1,{ID_LENGTH}}}", text):
        # The run id is the priority, two underscores and the job id.
        conditions.append(DagRun.run_id.contains(rf"\_\_%{text.lower()}", escape="\\"))
    return or_(*conditions)


def file_name_pattern(text: str) -> str:
    r"""Return a regular expression for URIs whose file name has a text, compared without case.

    PostgreSQL, MySQL and Python understand it. A text in the query or the seal of a URL on the web does not count.
    """
    # PostgreSQL reads a backslash before a letter or a digit as a class, and re.escape puts none there.
    plain, encoded = re.escape(text), re.escape(quote(text))
    on_web = rf"https?://[^?#]*({plain}|{encoded})[^/?#]*([?#].*)?"
    elsewhere = rf"(?!https?://).*({plain}|{encoded})[^/]*"
    return rf"(?i)^({on_web}|{elsewhere})$"
