"""Airflow's own commands that change runs: what they do to this package's runs is judged, as the buttons of its pages are."""

from __future__ import annotations

from typing import Any

JUDGED_COMMANDS = ("task_clear", "task_test")
"""Functions behind ``airflow tasks clear``, and ``airflow tasks test``, which works on a real run where it is given the id of one."""


def watch_command(sub_command: str, **_: Any) -> None:
    """Have judged what a command does; Airflow calls this before each command.

    :param sub_command: name of the function behind the command.
    """
    if sub_command not in JUDGED_COMMANDS:
        return
    from airflow_provider_media.core.ingest.manual_actions import Button
    from airflow_provider_media.job_store.action_guard import IN_COMMAND, JUDGED, watch_sessions

    watch_sessions()
    IN_COMMAND.set(True)
    # A test marks the task of its own run with how it has ended.
    JUDGED.set(frozenset({Button.CLEAR, Button.QUEUE}))
