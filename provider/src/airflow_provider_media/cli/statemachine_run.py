"""``airflow media statemachine run``: a whole state machine in this process."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.json_argument import given_json
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.statelang import Execution, HistoryEvent, dialect_of, execute
from airflow_provider_media.core.statelang.engine.mocks import FastClock, Mocks, read_answers
from airflow_provider_media.core.statelang.parsing.files import load_definition


def run(args: argparse.Namespace) -> int:
    """Print the history of the execution. Exit code 0 means that it succeeded, 4 that it did not.

    :raises ConfigurationError: when the definition, the input or a mock is not valid.
    """
    definition = load_definition(Path(args.file))
    answers = given_json(f"@{args.mock}", "--mock") if args.mock else {}
    if not isinstance(answers, dict):
        raise ConfigurationError(
            "--mock: the file must hold an object: answers by the name of a state or by its resource"
        )
    execution = execute(
        definition,
        given_json(args.input, "--input"),
        invoke=Mocks({name: read_answers(answer) for name, answer in answers.items()}),
        express=args.express,
        clock=FastClock() if args.fast else None,
    )
    status = dialect_of(definition).display_status(execution.status)
    say(json.dumps(_json(execution, status), indent=2, ensure_ascii=False) if args.json else _report(execution, status))
    return 0 if execution.status == "SUCCEEDED" else ProcessingError.exit_code


def _json(execution: Execution, status: str) -> dict[str, object]:
    outcome = (
        {"output": execution.output}
        if execution.status == "SUCCEEDED"
        else {"error": execution.error, "cause": execution.cause}
    )
    return {"status": status, **outcome, "events": [event.to_json() for event in execution.events]}


def _report(execution: Execution, status: str) -> str:
    lines = [_line(event, execution.events[0]) for event in execution.events]
    if execution.status == "SUCCEEDED":
        end = json.dumps(execution.output, indent=2, ensure_ascii=False)
    else:
        end = f"{execution.error or 'no error name'}: {execution.cause or 'no cause'}"
    return "\n".join([*lines, status, end])


def _line(event: HistoryEvent, first: HistoryEvent) -> str:
    seconds = (event.at - first.at).total_seconds()
    what = event.details.get("name") or event.details.get("resource") or ""
    error = f"  {event.details['error']}" if event.details.get("error") else ""
    return f"{seconds:>9.1f} s  {event.type:<26} {what}{error}".rstrip()
