"""Names and arguments of the commands as plain data, converted to Airflow's form and to argparse's."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from airflow_provider_media.cli.cache_commands import CACHE
from airflow_provider_media.cli.command import JSON, Argument, CliCommand, Group
from airflow_provider_media.cli.definitions_commands import DEFINITION_STORE
from airflow_provider_media.cli.installation import INSTALLATION
from airflow_provider_media.cli.manual_actions import watch_command
from airflow_provider_media.cli.queue_commands import INGEST
from airflow_provider_media.cli.statemachine_commands import STATE_MACHINE
from airflow_provider_media.core.media.schemes import SCHEMES, object_examples, output_examples

if TYPE_CHECKING:
    from airflow.cli.cli_config import CLICommand

GROUP = "media"
GROUP_HELP = "Check, plan and run media workflows"


PRESETS = Argument(
    flags=("--presets",),
    help="folder with the project's presets (default: 'presets' beside the folder of the workflow)",
    options={"metavar": "FOLDER"},
)

WORKFLOW = Argument(flags=("--workflow",), help="the workflow's YAML file", options={"metavar": "FILE"})
SOURCE = Argument(
    flags=("--source",), help=f"URI of the source: a path, {object_examples(SCHEMES)}", options={"metavar": "URI"}
)

COMMANDS: tuple[CliCommand | Group, ...] = (
    CliCommand(
        name="lint",
        help="Check workflows and presets",
        module="airflow_provider_media.cli.lint",
        arguments=(
            Argument(
                flags=("paths",), help="files, or folders such as include", options={"nargs": "*", "metavar": "PATH"}
            ),
            PRESETS,
            JSON,
            Argument(
                flags=("--schema",), help="print the JSON Schema of workflow files", options={"action": "store_true"}
            ),
        ),
        description="Prints each error with its line and its correction. Exit status: 0 without errors, else 2.",
    ),
    CliCommand(
        name="presets",
        help="List the presets of outputs",
        module="airflow_provider_media.cli.presets",
        arguments=(
            Argument(
                flags=("name",), help="show one preset with all its settings", options={"nargs": "?", "metavar": "NAME"}
            ),
            PRESETS,
            JSON,
        ),
    ),
    CliCommand(
        name="probe",
        help="Show the streams and facts of a media file",
        module="airflow_provider_media.cli.probe",
        arguments=(
            Argument(flags=("uri",), help=f"URI of the source: a path, {object_examples(SCHEMES)}"),
            Argument(
                flags=("--tolerant",),
                help="accept a damaged file and show its readable part",
                options={"action": "store_true"},
            ),
            JSON,
        ),
    ),
    CliCommand(
        name="plan",
        help="Show the plan of a workflow for a source",
        module="airflow_provider_media.cli.plan",
        arguments=(
            WORKFLOW,
            SOURCE,
            PRESETS,
            Argument(
                flags=("--commands",), help="also print the ffmpeg command lines", options={"action": "store_true"}
            ),
            Argument(
                flags=("--output",),
                help=f"folder of outputs, to see what is finished there: a path, {output_examples(SCHEMES)}",
                options={"metavar": "URI"},
            ),
            JSON,
        ),
        description="Prints each unit and its artifacts. The command encodes nothing.",
    ),
    CliCommand(
        name="run",
        help="Run a whole job in this process",
        module="airflow_provider_media.cli.run",
        arguments=(
            WORKFLOW,
            SOURCE,
            Argument(
                flags=("--output",),
                help=f"folder for the outputs: a path, {output_examples(SCHEMES)}",
                options={"metavar": "URI"},
            ),
            PRESETS,
            JSON,
        ),
        description=(
            "Runs a job without a scheduler and prints its manifest. Exit status: 0 when every output is verified and"
            " published, 2 for an invalid configuration, 3 for a refused source, 4 for failed processing, 5 for failed"
            " storage."
        ),
    ),
    CliCommand(
        name="replay",
        help="Repeat the deliveries of a job's announcement",
        module="airflow_provider_media.cli.replay",
        arguments=(
            Argument(flags=("job",), help="id of the job"),
            Argument(flags=("--all",), help="repeat successful deliveries too", options={"action": "store_true"}),
            JSON,
        ),
        description="Restarts the delivery schedule. The event keeps its id, so that receivers recognise a copy.",
    ),
    *INGEST,
    *INSTALLATION,
    STATE_MACHINE,
    DEFINITION_STORE,
    CACHE,
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
