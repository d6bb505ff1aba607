"""Settings of a state machine in a YAML file of the same name, for facts that the States Language cannot express."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from airflow_provider_media.core.diagnostics import invalid
from airflow_provider_media.core.errors import StateMachineInvalid, WorkflowInvalid
from airflow_provider_media.core.workflows.cron import SCHEDULE_PRESETS, schedule_problem
from airflow_provider_media.core.workflows.document import read_file
from airflow_provider_media.core.workflows.explaining import explain
from airflow_provider_media.core.workflows.timezones import check_timezone

Kind = Literal["standard", "express"]


def _check_schedule(schedule: str) -> str:
    if problem := schedule_problem(schedule, SCHEDULE_PRESETS):
        raise ValueError(problem)
    return schedule


class MachineSettings(BaseModel):
    """Settings for running a state machine."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
    type: Kind = "standard"
    """``standard``: each state runs once, for up to a year. ``express``: in one process, for five minutes at most."""
    connection: Annotated[str, Field(min_length=1, max_length=250)] = "aws_default"
    """Id of the Airflow connection whose permissions its tasks use."""
    tags: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()
    """Tags of its DAG, besides those that all state machines have."""
    schedule: Annotated[str, AfterValidator(_check_schedule)] | None = None
    """Cron expression or preset such as ``@daily`` for starts with an empty input; no such starts when absent."""
    timezone: Annotated[str, AfterValidator(check_timezone)] | None = None
    """IANA time zone of the schedule, such as ``Europe/Berlin``; Airflow's own (``[core] default_timezone``) when
    absent.
    """


def load_settings(path: Path) -> MachineSettings:
    """Return the settings in a file; the defaults if there is no file.

    :raises StateMachineInvalid: with every mistake, its place, and what to write instead.
    """
    if not path.exists():
        return MachineSettings()
    try:
        tree = read_file(path)
        try:
            return MachineSettings.model_validate(tree.plain())
        except ValidationError as error:
            raise invalid(explain(error, tree, MachineSettings)) from None
    except WorkflowInvalid as error:
        raise StateMachineInvalid(error.message, **error.detail) from None
