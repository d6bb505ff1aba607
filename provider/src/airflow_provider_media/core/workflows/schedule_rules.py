"""Cross checks of a workflow's schedule."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_media.core.workflows.cron import schedule_problem
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.core.workflows.rule_finding import Rule, RuleFinding
from airflow_provider_media.core.workflows.timezones import timezone_problem


def schedule_without_trigger(workflow: Workflow) -> Iterator[RuleFinding]:
    """A schedule needs a trigger, because it processes the trigger's listing."""
    if workflow.schedule is not None and workflow.trigger is None:
        yield RuleFinding(
            path=("schedule",),
            message="lists the trigger's bucket, and there is no trigger: add one, or take the schedule out",
        )


def schedule_without_listing(workflow: Workflow) -> Iterator[RuleFinding]:
    """A schedule is a form of listing, and a workflow gets its uploads in one way only."""
    if workflow.schedule is not None and workflow.trigger is not None and workflow.trigger.events != "listing":
        message = f"is {workflow.trigger.events!r}, but the schedule lists the bucket: take one of the two out"
        yield RuleFinding(path=("trigger", "events"), message=message)


def schedule_unplannable(workflow: Workflow) -> Iterator[RuleFinding]:
    """Airflow can plan runs by the schedule."""
    if workflow.schedule is not None and (problem := schedule_problem(workflow.schedule)):
        yield RuleFinding(path=("schedule",), message=problem)


def timezone_unknown(workflow: Workflow) -> Iterator[RuleFinding]:
    """The time zone of a schedule is in the IANA database."""
    # A job carries its workflow to machines with other databases, so no validator of the model may check this.
    if workflow.timezone is not None and (problem := timezone_problem(workflow.timezone)):
        yield RuleFinding(path=("timezone",), message=problem)


def timezone_without_schedule(workflow: Workflow) -> Iterator[RuleFinding]:
    """A time zone needs a schedule."""
    if workflow.timezone is not None and workflow.schedule is None:
        yield RuleFinding(
            path=("timezone",),
            message="is that of a schedule, and there is no schedule: add one, or take the time zone out",
        )


SCHEDULE_ERRORS: tuple[Rule, ...] = (
    schedule_without_trigger,
    schedule_without_listing,
    schedule_unplannable,
    timezone_unknown,
    timezone_without_schedule,
)
