"""What the commands are called and take: plain data, made into Airflow's form and argparse's alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.cli.cli_config import CLICommand

GROUP = "media"
GROUP_HELP = "Check, plan and run media workflows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a command."""

    flags: tuple[str, ...]
    """``("--json",)``, or one bare word for a positional argument."""
    help: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """What ``argparse`` takes besides: action, nargs, metavar, default, required, type, choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command and the module that does it."""

    name: str
    help: str
    module: str
    """Module with ``run(args: argparse.Namespace) -> int``, imported when the command is called; the number is the exit code."""
    arguments: tuple[Argument, ...]
    description: str = ""


JSON = Argument(flags=("--json",), help="print JSON for machines", options={"action": "store_true"})
PRESETS = Argument(
    flags=("--presets",),
    help="folder of the project's own presets; by default 'presets' beside the folder of the workflow",
    options={"metavar": "FOLDER"},
)

WORKFLOW = Argument(flags=("--workflow",), help="the workflow's YAML file", options={"metavar": "FILE"})
SOURCE = Argument(flags=("--source",), help="a path, file://, s3:// or https://", options={"metavar": "URI"})

COMMANDS: tuple[Command, ...] = (
    Command(
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
    Command(
        name="probe",
        help="Say what a media file holds",
        module="airflow_provider_media.cli.probe",
        arguments=(
            Argument(flags=("uri",), help="a path, file://, s3:// or https://"),
            Argument(flags=("--tolerant",), help="read damaged files as far as they go", options={"action": "store_true"}),
            JSON,
        ),
    ),
    Command(
        name="plan",
        help="Show what a workflow would do with a source",
        module="airflow_provider_media.cli.plan",
        arguments=(WORKFLOW, SOURCE, PRESETS, JSON),
        description="Print every unit with its ffmpeg commands and what they make. Nothing is encoded.",
    ),
    Command(
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
)


def commands() -> list[CLICommand]:
    """The commands in Airflow's form; listed in the provider's info."""
    from airflow.cli.cli_config import ActionCommand, Arg, GroupCommand

    subcommands = [
        ActionCommand(
            name=command.name,
            help=command.help,
            description=command.description or None,
            func=caller(command),
            args=[Arg(flags=argument.flags, help=argument.help, **argument.options) for argument in command.arguments],
        )
        for command in COMMANDS
    ]
    return [GroupCommand(name=GROUP, help=GROUP_HELP, subcommands=subcommands)]


def parser() -> argparse.ArgumentParser:
    """The commands in argparse's form, for where Airflow is not installed."""
    root = argparse.ArgumentParser(prog="airflow_provider_media.cli", description=GROUP_HELP)
    below = root.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = below.add_parser(command.name, help=command.help, description=command.description or None)
        one.set_defaults(func=caller(command))
        for argument in command.arguments:
            one.add_argument(*argument.flags, help=argument.help, **argument.options)
    return root


def caller(command: Command) -> Callable[[argparse.Namespace], None]:
    """What both forms call: it imports the command's module only then."""
    return partial(_call, command.module)


def _call(module: str, args: argparse.Namespace) -> None:
    from airflow_provider_media.cli.calling import call

    call(module, args)
