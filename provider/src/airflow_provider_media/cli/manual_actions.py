"""Checks of Airflow's own commands that change this package's runs, as of the buttons on Airflow's pages."""

from __future__ import annotations

from typing import Any

JUDGED_COMMANDS = ("task_clear", "task_test")
"""Functions behind ``airflow tasks clear`` and ``airflow tasks test``.

``tasks test`` works on a real run when the caller gives the id of one.
"""


def watch_command(sub_command: str, **_: Any) -> None:
    """Check the changes of a command. Airflow calls this function before each command.

    :param sub_command: name of the function behind the command.
    """
    if sub_command not in JUDGED_COMMANDS:
        return
    from airflow_provider_media.core.submission.manual_actions import Button
    from airflow_provider_media.job_store.action_guard import IN_COMMAND, JUDGED, watch_sessions

    watch_sessions()
    IN_COMMAND.set(True)
    # A test marks the task of its own run with the outcome, so marks are not checked.
    JUDGED.set(frozenset({Button.CLEAR, Button.QUEUE}))
