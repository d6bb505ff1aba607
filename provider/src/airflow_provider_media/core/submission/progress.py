"""Progress of a job, computed from the reports of its tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.submission.views import JobProgress
from airflow_provider_media.core.task_ids import ENCODE, PACKAGE, PLAN, PROBE, PUBLISH

SHARES: Mapping[str, tuple[float, float]] = {
    PROBE: (0.0, 5.0),
    PLAN: (5.0, 6.0),
    ENCODE: (6.0, 90.0),
    PACKAGE: (90.0, 95.0),
    PUBLISH: (95.0, 100.0),
}
"""Percent of a job at which each stage begins and ends; encoding takes nearly all of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskNow:
    """One task of a job at this moment."""

    stage: str
    done: bool
    running: bool = False
    latest: Mapping[str, Any] | None = None
    """The last reported progress: ``percent``, ``speed``, ``eta``."""

    @property
    def percent(self) -> float:
        """0 to 100."""
        reported = float((self.latest or {}).get("percent") or 0.0)
        return 100.0 if self.done else min(100.0, max(0.0, reported))


def job_progress(tasks: Sequence[TaskNow]) -> JobProgress:
    """Return the progress of a job from its tasks; a stage may have many tasks."""
    stage = next((name for name in SHARES if not _done(name, tasks)), PUBLISH)
    own = [task for task in tasks if task.stage == stage]
    begin, end = SHARES[stage]
    within = sum(task.percent for task in own) / len(own) if own else 0.0
    running = [task.latest for task in own if task.running and task.latest]
    return JobProgress(
        percent=round(begin + (end - begin) * within / 100, 1),
        stage=stage,
        speed=_together([reported.get("speed") for reported in running], sum),
        eta=_together([reported.get("eta") for reported in running], max),
    )


def _done(stage: str, tasks: Sequence[TaskNow]) -> bool:
    own = [task for task in tasks if task.stage == stage]
    return bool(own) and all(task.done for task in own)


def _together(values: Sequence[Any], how: Any) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(float(how(known)), 2) if known else None
