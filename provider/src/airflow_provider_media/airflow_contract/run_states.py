"""States of Airflow's runs and tasks: every group of states that this package asks for."""

from __future__ import annotations

SUCCESS, FAILED = "success", "failed"
"""How runs and tasks end, by Airflow's names."""
SKIPPED = "skipped"
"""Tasks that did not run, or that the end of their run has stopped from waiting."""

UNFINISHED = ("queued", "running")
"""Runs that have not ended."""
ENDED = (SUCCESS, FAILED)
"""Runs that have ended."""
NOT_FAILED = (*UNFINISHED, SUCCESS)
"""Runs that have not failed."""

HOLDING = ("queued", "running", "deferred", "restarting")
"""Tasks that take a slot of a pool that counts deferred tasks. They go on although their DAG is paused."""
AWAITING = ("scheduled", "up_for_retry", "up_for_reschedule")
"""Tasks without a slot, besides tasks without a state."""
ASKING = "awaiting_input"
"""Tasks that wait for a person."""
FAILED_TASKS = (FAILED, "upstream_failed")
"""Tasks that failed, or did not run because another one failed."""
UNSUCCESSFUL_TASKS = (*FAILED_TASKS, SKIPPED)
"""Tasks that a redrive clears. A task that the run does not reach skips itself again."""
ENDED_WITHOUT_SUCCESS = (*UNSUCCESSFUL_TASKS, "removed")
"""Tasks that have ended in any other way than with success."""
ENDED_TASKS = (SUCCESS, *ENDED_WITHOUT_SUCCESS)
"""Tasks that have ended."""
DONE_TASKS = (SUCCESS, SKIPPED)
"""Tasks whose share of a job is done."""
ON_WORKER = ("running", "restarting")
"""Tasks that a worker has."""
TAKABLE = ("running", "deferred")
"""Tasks that have offered themselves to the workers of an activity."""
BEGUN = (*HOLDING, *AWAITING, ASKING)
"""Tasks that have a state and have not ended."""
