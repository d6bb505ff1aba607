"""Commands of the ingest queues, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand
from airflow_provider_media.core.media.schemes import SCHEMES, object_examples

ACCOUNT = Argument(
    flags=("--account",),
    help="name of an account in include/queues.yaml",
    options={"metavar": "NAME", "default": "default"},
)
JOB = Argument(flags=("job",), help="id of the job", options={"metavar": "JOB"})
PRIORITY = Argument(flags=("--priority",), help="normal or low", options={"metavar": "PRIORITY"})

INGEST: tuple[CliCommand, ...] = (
    CliCommand(
        name="submit",
        help="Submit a job",
        module="airflow_provider_media.cli.submit",
        arguments=(
            Argument(
                flags=("source",), help=f"URI of the source: {object_examples(SCHEMES)}", options={"metavar": "URI"}
            ),
            Argument(
                flags=("--workflow",),
                help="name of the workflow (default: the account's workflow)",
                options={"metavar": "NAME"},
            ),
            PRIORITY,
            Argument(flags=("--output",), help="location of the outputs", options={"metavar": "URI"}),
            Argument(
                flags=("--key",), help="idempotency key: the same key gives the same job", options={"metavar": "KEY"}
            ),
            Argument(
                flags=("--video",),
                help="your name for the video; only one job of a video runs at a time",
                options={"metavar": "NAME"},
            ),
            Argument(
                flags=("--notify",),
                help="URL that receives the announcement of the job's end; repeatable",
                options={"metavar": "URL", "action": "append"},
            ),
            ACCOUNT,
            JSON,
        ),
        description="Prints the job's id. Exit status: 0 when the job is accepted, 6 when it is refused.",
    ),
    CliCommand(
        name="reprocess",
        help="Submit the jobs that an upload of an object starts",
        module="airflow_provider_media.cli.reprocess",
        arguments=(
            Argument(flags=("source",), help="s3:// URI of the object", options={"metavar": "URI"}),
            Argument(flags=("--workflow",), help="start only this workflow", options={"metavar": "NAME"}),
            Argument(
                flags=("--key",), help="idempotency key: the same key gives the same jobs", options={"metavar": "KEY"}
            ),
            ACCOUNT,
            JSON,
        ),
        description=(
            "Prints the id and the workflow of each job. Exit status: 6 when no upload trigger matches, or a job is"
            " refused."
        ),
    ),
    CliCommand(
        name="status",
        help="Show the state of a job",
        module="airflow_provider_media.cli.status",
        arguments=(
            JOB,
            Argument(
                flags=("--follow",),
                help="follow the job to its end, with a progress bar",
                options={"action": "store_true"},
            ),
            ACCOUNT,
            JSON,
        ),
        description="Exit status with --follow: 0 when the job succeeds, else 4.",
    ),
    CliCommand(
        name="jobs",
        help="List jobs, newest first",
        module="airflow_provider_media.cli.jobs",
        arguments=(
            Argument(
                flags=("--state",),
                help="waiting, running, succeeded, failed, cancelled or timed_out; repeatable",
                options={"metavar": "STATE", "action": "append"},
            ),
            PRIORITY,
            Argument(flags=("--workflow",), help="name of the workflow", options={"metavar": "NAME"}),
            Argument(flags=("--video",), help="name of the video", options={"metavar": "NAME"}),
            Argument(
                flags=("--limit",),
                help="jobs per page, at most 200",
                options={"metavar": "NUMBER", "type": int, "default": 50},
            ),
            Argument(flags=("--cursor",), help="cursor that the previous page printed", options={"metavar": "CURSOR"}),
            ACCOUNT,
            JSON,
        ),
    ),
    CliCommand(
        name="cancel",
        help="Cancel a waiting or running job",
        module="airflow_provider_media.cli.cancel",
        arguments=(JOB, ACCOUNT, JSON),
        description="The job stops within seconds and publishes nothing.",
    ),
    CliCommand(
        name="retry",
        help="Retry a job that did not succeed",
        module="airflow_provider_media.cli.retry",
        arguments=(JOB, ACCOUNT, JSON),
        description="The job returns to its old place in the queue. Its finished units come from the unit cache.",
    ),
    CliCommand(
        name="prioritize",
        help="Move waiting jobs to the queue of another priority",
        module="airflow_provider_media.cli.prioritize",
        arguments=(
            Argument(flags=("priority",), help="normal or low", options={"metavar": "PRIORITY"}),
            Argument(flags=("jobs",), help="ids of the jobs", options={"metavar": "JOB", "nargs": "+"}),
            ACCOUNT,
            JSON,
        ),
        description="A moved job keeps the time of its submission. Exit status: 6 when a job is refused.",
    ),
    CliCommand(
        name="resubmit",
        help="Submit a job again, with its workflow as it is today",
        module="airflow_provider_media.cli.resubmit",
        arguments=(JOB, ACCOUNT, JSON),
        description="Prints the id of the new job. Exit status: 6 when it is refused.",
    ),
    CliCommand(
        name="workflows",
        help="List workflows and show which are paused",
        module="airflow_provider_media.cli.workflows",
        arguments=(JSON,),
    ),
    CliCommand(
        name="queues",
        help="Show, create, pause and resume queues",
        module="airflow_provider_media.cli.queues",
        arguments=(
            Argument(
                flags=("action",),
                help=(
                    "show (default); sync creates the pools of the accounts in include/queues.yaml; pause starts no"
                    " more jobs and lets running jobs end; resume starts jobs again"
                ),
                options={"nargs": "?", "choices": ("show", "sync", "pause", "resume"), "default": "show"},
            ),
            Argument(
                flags=("--reset",),
                help="with sync: overwrite changed slots of pools with those of include/queues.yaml",
                options={"action": "store_true"},
            ),
            Argument(
                flags=("--priority",),
                help="with pause and resume: only the queue of this priority",
                options={"metavar": "PRIORITY"},
            ),
            ACCOUNT,
            JSON,
        ),
    ),
)
