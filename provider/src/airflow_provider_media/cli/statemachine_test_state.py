"""``airflow media statemachine test-state``: each step of one state's data flow."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.json_argument import given_json
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.statelang import Machine, State, StateError, start_of
from airflow_provider_media.core.statelang.engine.one_state import view_of
from airflow_provider_media.core.statelang.engine.state_test import unknown_state
from airflow_provider_media.core.statelang.engine.tracing import TraceStep, trace
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.parsing.files import load_machine


def run(args: argparse.Namespace) -> int:
    """Print the steps. Return 0 when the state succeeds, 4 when it fails.

    :raises ConfigurationError: when the definition, the state or the input is not valid.
    """
    state = _state(load_machine(Path(args.file)), args.state)
    value, now = given_json(args.input, "--input"), datetime.now(UTC)
    start = start_of(value, name="test-state", express=False, at=now, machine=Path(args.file).stem)
    view = view_of(
        start, state, value, at=now, variables=given_json(args.variables, "--variables"), used=(0,) * len(state.retry)
    )
    if args.context is not None:
        view = replace(view, context=given_json(args.context, "--context"))
    result: Any = ABSENT if args.result is None else given_json(args.result, "--result")
    error = StateError(args.error, args.cause) if args.error else None
    steps = trace(state, view, result, error)
    say(
        _json(steps)
        if args.json
        else "\n".join(f"{step.name:<14} {json.dumps(step.value, ensure_ascii=False)}" for step in steps)
    )
    return ProcessingError.exit_code if steps[-1].name == "fails with" else 0


def _state(machine: Machine, name: str) -> State:
    states = {state.name: state for _, state in machine.walk()}
    if name in states:
        return states[name]
    raise unknown_state(name, list(states))


def _json(steps: Sequence[TraceStep]) -> str:
    return json.dumps([{"step": step.name, "value": step.value} for step in steps], indent=2, ensure_ascii=False)
