"""``airflow media plan``: the plan of a workflow for a source; nothing is encoded."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.run_settings import engine_for, job_of
from airflow_provider_media.core.execution.stages import plan_of, probe, settled
from airflow_provider_media.core.planning.describe import describe
from airflow_provider_media.core.serde import to_json

NOWHERE = "/nowhere"
"""Output location of a plan that finds nothing finished."""


def run(args: argparse.Namespace) -> int:
    """Print units and artifacts, and on request the command lines.

    :raises MediaError: when the workflow or the source is refused.
    """
    job = job_of(args, output=args.output or NOWHERE)
    with engine_for() as engine:
        job = settled(job, engine)
        plan = plan_of(job, probe(job, engine), engine, may_encode=False)
    say(
        json.dumps(to_json(plan), indent=2, ensure_ascii=False)
        if args.json
        else describe(plan, with_commands=args.commands)
    )
    return 0
