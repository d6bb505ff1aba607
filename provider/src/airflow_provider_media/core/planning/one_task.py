"""Choice of the jobs whose whole work goes through in one task: their work is shorter than the ways between tasks."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_media.core.planning.estimates import processor_seconds
from airflow_provider_media.core.plans import Plan, Unit


def with_choice_of_tasks(plan: Plan, one_task_seconds: float) -> Plan:
    """Return a plan that says whether one task does all of its work.

    :param one_task_seconds: estimated processor seconds below which one task does all; 0 for never.
    """
    estimated = sum(processor_seconds(unit) for unit in plan.units if not _is_done(unit))
    return replace(plan, is_in_one_task=estimated < one_task_seconds)


def _is_done(unit: Unit) -> bool:
    # A finished unit may still have to decode the source, which takes as long as the source is.
    return unit.is_finished and unit.expected_decode is None
