"""Names and arguments of the commands as plain data, converted to Airflow's form and to argparse's."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from airflow_provider_media.cli.command import JSON, Argument, CliCommand, Group
from airflow_provider_media.cli.installation import INSTALLATION
from airflow_provider_media.cli.manual_actions import watch_command
from airflow_provider_media.cli.queue_commands import INGEST

if TYPE_CHECKING:
    from airflow.cli.cli_config import CLICommand

GROUP = "media"
GROUP_HELP = "Check, plan and run media workflows"


PRESETS = Argument(
    flags=("--presets",),
    help="folder of the project's own presets; by default 'presets' beside the folder of the workflow",
    options={"metavar": "FOLDER"},
)

WORKFLOW = Argument(flags=("--workflow",), help="the workflow's YAML file", options={"metavar": "FILE"})
SOURCE = Argument(flags=("--source",), help="a path, file://, s3:// or https://", options={"metavar": "URI"})

MACHINE = Argument(flags=("file",), help="the state machine's JSON file", options={"metavar": "FILE"})
INPUT = Argument(flags=("--input",), help="JSON, or @ and the file that holds it", options={"metavar": "JSON|@FILE", "default": "{}"})
TOKEN = Argument(flags=("token",), help="what stood in its payload as $$.Task.Token", options={"metavar": "TOKEN"})

STATE_MACHINE = Group(
    name="statemachine",
    help="Check, try and draw state machines",
    commands=(
        CliCommand(
            name="lint",
            help="Check state machines",
            module="airflow_provider_media.cli.statemachine_lint",
            arguments=(
                Argument(
                    flags=("paths",), help="files, or folders such as include/state_machines", options={"nargs": "+", "metavar": "PATH"}
                ),
                JSON,
            ),
            description="Say what is wrong, at which JSON path, and what is allowed. Exit code 0 when all is well, else 2.",
        ),
        CliCommand(
            name="run",
            help="Run a state machine here and now",
            module="airflow_provider_media.cli.statemachine_run",
            arguments=(
                MACHINE,
                INPUT,
                Argument(
                    flags=("--mock",),
                    help="JSON file: by state or resource a result, {Error, Cause}, or a list of those, one per call",
                    options={"metavar": "FILE"},
                ),
                Argument(flags=("--express",), help="as an express execution: five minutes at most", options={"action": "store_true"}),
                Argument(flags=("--fast",), help="let waits and delays take no time", options={"action": "store_true"}),
                JSON,
            ),
            description="Run it in this process; tasks answer as the mocks say. Exit code 0 when it succeeded, else 4.",
        ),
        CliCommand(
            name="test-state",
            help="Show each step of one state's data flow",
            module="airflow_provider_media.cli.statemachine_test_state",
            arguments=(
                MACHINE,
                Argument(flags=("state",), help="name of the state", options={"metavar": "STATE"}),
                INPUT,
                Argument(flags=("--result",), help="what its work gives: JSON, or @FILE", options={"metavar": "JSON|@FILE"}),
                Argument(flags=("--error",), help="name of the error that its work fails with", options={"metavar": "NAME"}),
                Argument(flags=("--cause",), help="cause of that error", options={"metavar": "TEXT"}),
                Argument(
                    flags=("--variables",), help="workflow variables: JSON, or @FILE", options={"metavar": "JSON|@FILE", "default": "{}"}
                ),
                Argument(flags=("--context",), help="context object, instead of one made here", options={"metavar": "JSON|@FILE"}),
                JSON,
            ),
        ),
        CliCommand(
            name="export",
            help="Draw a state machine",
            module="airflow_provider_media.cli.statemachine_export",
            arguments=(
                MACHINE,
                Argument(flags=("--format",), help="what to print", options={"choices": ("mermaid", "svg"), "default": "mermaid"}),
            ),
        ),
        CliCommand(
            name="take",
            help="Take the task of an activity that has waited longest",
            module="airflow_provider_media.cli.statemachine_take",
            arguments=(Argument(flags=("activity",), help="name of the activity"),),
            description="Prints its token and its input as JSON, or nothing where no task waits; nobody else is given it.",
        ),
        CliCommand(
            name="succeed",
            help="Tell a waiting task that it was done",
            module="airflow_provider_media.cli.statemachine_succeed",
            arguments=(
                TOKEN,
                Argument(flags=("--output",), help="its result: JSON, or @FILE", options={"metavar": "JSON|@FILE", "default": "{}"}),
            ),
        ),
        CliCommand(
            name="fail",
            help="Tell a waiting task that it failed",
            module="airflow_provider_media.cli.statemachine_fail",
            arguments=(
                TOKEN,
                Argument(flags=("--error",), help="name of the error, which Retry and Catch match", options={"metavar": "NAME"}),
                Argument(flags=("--cause",), help="what was wrong, for people", options={"metavar": "TEXT"}),
            ),
        ),
        CliCommand(
            name="heartbeat",
            help="Tell a waiting task that somebody works on it",
            module="airflow_provider_media.cli.statemachine_heartbeat",
            arguments=(TOKEN,),
        ),
        CliCommand(
            name="redrive",
            help="Let a failed execution go on from the state that failed",
            module="airflow_provider_media.cli.statemachine_redrive",
            arguments=(
                Argument(flags=("machine",), help="name of the state machine"),
                Argument(flags=("execution",), help="id of its run"),
            ),
            description="It keeps its input and its definition, and nothing that has succeeded is done again.",
        ),
    ),
)

COMMANDS: tuple[CliCommand | Group, ...] = (
    CliCommand(
        name="lint",
        help="Check workflows and presets",
        module="airflow_provider_media.cli.lint",
        arguments=(
            Argument(flags=("paths",), help="files, or folders such as include", options={"nargs": "*", "metavar": "PATH"}),
            PRESETS,
            JSON,
            Argument(flags=("--schema",), help="print the JSON Schema of workflow files", options={"action": "store_true"}),
        ),
        description="Say what is wrong in workflows and presets, where, and what to write instead. Exit code 0 when all is well, else 2.",
    ),
    CliCommand(
        name="presets",
        help="List the presets that outputs can name",
        module="airflow_provider_media.cli.presets",
        arguments=(
            Argument(flags=("name",), help="show one preset with all its settings", options={"nargs": "?", "metavar": "NAME"}),
            PRESETS,
            JSON,
        ),
    ),
    CliCommand(
        name="probe",
        help="Say what a media file holds",
        module="airflow_provider_media.cli.probe",
        arguments=(
            Argument(flags=("uri",), help="a path, file://, s3:// or https://"),
            Argument(flags=("--tolerant",), help="read damaged files as far as they go", options={"action": "store_true"}),
            JSON,
        ),
    ),
    CliCommand(
        name="plan",
        help="Show what a workflow would do with a source",
        module="airflow_provider_media.cli.plan",
        arguments=(
            WORKFLOW,
            SOURCE,
            PRESETS,
            Argument(flags=("--commands",), help="show the command lines of ffmpeg, too", options={"action": "store_true"}),
            JSON,
        ),
        description="Print every unit and what it makes. Nothing is encoded.",
    ),
    CliCommand(
        name="run",
        help="Do a whole job here and now",
        module="airflow_provider_media.cli.run",
        arguments=(
            WORKFLOW,
            SOURCE,
            Argument(flags=("--output",), help="folder for the outputs: a path, file:// or s3://", options={"metavar": "URI"}),
            PRESETS,
            JSON,
        ),
        description=(
            "Run a job in this process, without a scheduler, and print its manifest. Ends with 0 when every output was verified and"
            " published, 2 for bad configuration, 3 for a refused or damaged source, 4 when processing failed, 5 when storage failed."
        ),
    ),
    CliCommand(
        name="replay",
        help="Deliver the announcements of a job again",
        module="airflow_provider_media.cli.replay",
        arguments=(
            Argument(flags=("job",), help="id of the job"),
            Argument(flags=("--all",), help="also what was delivered, not only what failed", options={"action": "store_true"}),
            JSON,
        ),
        description="Restart the schedule of deliveries. Receivers know copies by the id of the event, which stays the same.",
    ),
    *INGEST,
    *INSTALLATION,
    STATE_MACHINE,
)


def commands() -> list[CLICommand]:
    """Return the commands in Airflow's form; the provider info lists them."""
    from airflow.cli.cli_config import GroupCommand

    watch_commands()
    return [GroupCommand(name=GROUP, help=GROUP_HELP, subcommands=[_airflows(row) for row in COMMANDS])]


@cache
def watch_commands() -> None:
    """Register the check of Airflow's own commands. Airflow loads this module for every command."""
    from airflow.utils.cli_action_loggers import register_pre_exec_callback

    register_pre_exec_callback(watch_command)


def _airflows(row: CliCommand | Group) -> CLICommand:
    from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

    if isinstance(row, Group):
        return GroupCommand(name=row.name, help=row.help, subcommands=[_airflows(command) for command in row.commands])
    return ActionCommand(
        name=row.name,
        help=row.help,
        description=row.description or None,
        func=caller(row),
        args=[Arg(flags=argument.flags, help=argument.help, **argument.options) for argument in row.arguments],
    )


def parser() -> argparse.ArgumentParser:
    """Return the commands in argparse's form, for use without Airflow."""
    root = argparse.ArgumentParser(prog="airflow_provider_media.cli", description=GROUP_HELP)
    _add(root, COMMANDS)
    return root


def _add(parent: argparse.ArgumentParser, rows: Iterable[CliCommand | Group]) -> None:
    below = parent.add_subparsers(required=True, metavar="COMMAND")
    for row in rows:
        if isinstance(row, Group):
            _add(below.add_parser(row.name, help=row.help, description=row.help), row.commands)
            continue
        one = below.add_parser(row.name, help=row.help, description=row.description or None)
        one.set_defaults(func=caller(row))
        for argument in row.arguments:
            one.add_argument(*argument.flags, help=argument.help, **argument.options)


def caller(command: CliCommand) -> Callable[[argparse.Namespace], None]:
    """Return the function that both forms call. It imports the command's module only when called."""
    return partial(_call, command.module)


def _call(module: str, args: argparse.Namespace) -> None:
    from airflow_provider_media.cli.command_runner import call

    call(module, args)
