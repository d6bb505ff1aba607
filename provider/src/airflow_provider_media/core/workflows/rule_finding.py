"""Rules: what a cross check of a workflow finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.core.workflows.wording import FieldPath


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """One finding of a rule, and its field."""

    path: FieldPath
    message: str


Rule = Callable[[Workflow], Iterator[RuleFinding]]
