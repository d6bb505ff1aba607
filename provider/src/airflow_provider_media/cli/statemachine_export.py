"""``airflow media statemachine export``: a diagram."""

from __future__ import annotations

import argparse
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.statelang.drawing import mermaid, svg
from airflow_provider_media.core.statelang.parsing.files import load_machine

FORMATS = {"mermaid": mermaid, "svg": svg}


def run(args: argparse.Namespace) -> int:
    """Print the diagram.

    :raises StateMachineInvalid: when the definition is not valid.
    """
    say(FORMATS[args.format](load_machine(Path(args.file))), end="")
    return 0
