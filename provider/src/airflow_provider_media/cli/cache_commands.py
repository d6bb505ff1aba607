"""Commands of the unit cache, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand, Group
from airflow_provider_media.core.media.schemes import SCHEMES, output_examples

LOCATION = Argument(
    flags=("location",), help=f"output location of jobs: a path, {output_examples(SCHEMES)}", options={"metavar": "URI"}
)

CACHE = Group(
    name="cache",
    help="Show and prune finished work that later jobs would use again",
    commands=(
        CliCommand(
            name="status",
            help="Show how much finished work an output location keeps",
            module="airflow_provider_media.cli.cache_status",
            arguments=(LOCATION, JSON),
        ),
        CliCommand(
            name="prune",
            help="Delete finished work that was not used lately",
            module="airflow_provider_media.cli.cache_prune",
            arguments=(
                LOCATION,
                Argument(
                    flags=("--days",),
                    help="delete what was not used for so many days",
                    options={"metavar": "NUMBER", "type": float},
                ),
                Argument(
                    flags=("--gib",),
                    help="keep at most so many GiB: delete what was used longest ago",
                    options={"metavar": "NUMBER", "type": float},
                ),
                Argument(
                    flags=("--dry-run",),
                    help="only print what would be deleted",
                    options={"action": "store_true"},
                ),
                JSON,
            ),
            description=(
                "Without --days and --gib, the limits are those of the DAG media_maintenance: [media] reuse_days and"
                " reuse_bytes. Published files, plans and manifests stay, and so does work that running jobs may need:"
                " that of the last two days, or more where [media] job_seconds is more than one day."
            ),
        ),
    ),
)
