"""One table of commands serves Airflow and argparse."""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from airflow.cli.cli_config import GroupCommand

from airflow_provider_media.cli.cache_commands import CACHE
from airflow_provider_media.cli.command import Group
from airflow_provider_media.cli.definition import COMMANDS, GROUP, commands, parser
from airflow_provider_media.cli.definitions_commands import DEFINITION_STORE
from airflow_provider_media.cli.statemachine_commands import STATE_MACHINE


def test_airflow_gets_every_command_with_its_arguments():
    (group,) = commands()
    assert group.name == GROUP
    shown = {
        row.name: row.subcommands if isinstance(row, GroupCommand) else arguments(row) for row in group.subcommands
    }
    for part in (STATE_MACHINE, DEFINITION_STORE, CACHE):
        inner = shown.pop(part.name)
        assert {command.name: arguments(command) for command in inner} == {
            row.name: arguments(row) for row in part.commands
        }
    assert shown == {row.name: arguments(row) for row in COMMANDS if not isinstance(row, Group)}


def arguments(command):
    """Its flags; Airflow's form calls them otherwise."""
    return [argument.flags for argument in getattr(command, "args", None) or command.arguments]


def test_a_group_is_one_level_below():
    args = parser().parse_args(["statemachine", "test-state", "machine.json", "Encode"])
    assert (args.file, args.state, args.input) == ("machine.json", "Encode", "{}")


def test_both_forms_read_the_same_arguments():
    (group,) = commands()
    ours = vars(parser().parse_args(["lint", "a.yaml", "--json"]))
    theirs = argparse.ArgumentParser()
    for argument in next(command for command in group.subcommands if command.name == "lint").args:
        argument.add_to_parser(theirs)
    assert {**ours, "func": None} == {**vars(theirs.parse_args(["a.yaml", "--json"])), "func": None}


COMMANDS_ALONE = [
    *(row for row in COMMANDS if not isinstance(row, Group)),
    *STATE_MACHINE.commands,
    *DEFINITION_STORE.commands,
    *CACHE.commands,
]


@pytest.mark.parametrize("command", COMMANDS_ALONE, ids=lambda command: command.name)
def test_every_command_has_a_module_that_runs_it(command):
    assert callable(import_module(command.module).run)


def test_the_table_imports_nothing_but_the_standard_library():
    code = (
        "import sys; import airflow_provider_media.cli.definition; "
        "print(sorted({'airflow', 'pydantic', 'ruamel.yaml', 'boto3', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


CHATTY = """
import argparse, os, signal, sys, types
from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.command_runner import call

def run(args):
    held.write("a line of a logger that was there before\\n")
    print("a line of a new logger")
    if args.interrupted:
        os.kill(os.getpid(), signal.SIGINT)
    say('{"answer": 1}')
    return 0

signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where tests are started in the background
held = sys.stdout  # Airflow's loggers hold it, or take it when they are first used
sys.modules["chatty"] = types.SimpleNamespace(run=run)
call("chatty", argparse.Namespace(interrupted="interrupted" in sys.argv))
"""


def chatty(*arguments):
    return subprocess.run(
        [sys.executable, "-c", CHATTY, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_command_stdout_is_answer_only_airflow_log_on_stderr():
    done = chatty()
    assert (done.returncode, done.stdout) == (0, '{"answer": 1}\n')
    assert "a line of a logger that was there before" in done.stderr
    assert "a line of a new logger" in done.stderr


def test_command_interrupted_by_ctrl_c_exits_130_without_traceback():
    done = chatty("interrupted")
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr


def test_no_command_prints_its_answer_where_airflow_logs():
    """While a command runs, ``sys.stdout`` is standard error: an answer reaches standard output through ``say``
    alone.
    """
    cli = Path(import_module("airflow_provider_media.cli").__file__).parent
    for path in cli.glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        assert all("file" in {keyword.arg for keyword in call.keywords} for call in prints), path.name
