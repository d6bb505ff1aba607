"""One table of commands serves Airflow and argparse."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module

import pytest

from airflow_provider_media.cli.definition import COMMANDS, GROUP, commands, parser


def test_airflow_gets_every_command_with_its_arguments():
    (group,) = commands()
    assert group.name == GROUP
    shown = {command.name: [argument.flags for argument in command.args] for command in group.subcommands}
    assert shown == {command.name: [argument.flags for argument in command.arguments] for command in COMMANDS}


def test_both_forms_read_the_same_arguments():
    (group,) = commands()
    ours = vars(parser().parse_args(["lint", "a.yaml", "--json"]))
    theirs = argparse.ArgumentParser()
    for argument in next(command for command in group.subcommands if command.name == "lint").args:
        argument.add_to_parser(theirs)
    assert {**ours, "func": None} == {**vars(theirs.parse_args(["a.yaml", "--json"])), "func": None}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_a_module_that_runs_it(command):
    assert callable(import_module(command.module).run)


def test_the_table_imports_nothing_but_the_standard_library():
    code = (
        "import sys; import airflow_provider_media.cli.definition; "
        "print(sorted({'airflow', 'pydantic', 'ruamel.yaml', 'boto3', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
