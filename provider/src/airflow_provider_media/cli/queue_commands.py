"""Commands of the ingest queues, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand

ACCOUNT = Argument(flags=("--account",), help="account of include/queues.yaml", options={"metavar": "NAME", "default": "default"})
JOB = Argument(flags=("job",), help="id of the job", options={"metavar": "JOB"})
PRIORITY = Argument(flags=("--priority",), help="normal or low", options={"metavar": "PRIORITY"})

INGEST: tuple[CliCommand, ...] = (
    CliCommand(
        name="submit",
        help="Put a job into its queue",
        module="airflow_provider_media.cli.submit",
        arguments=(
            Argument(flags=("source",), help="s3://, https:// or file:// URI of the source", options={"metavar": "URI"}),
            Argument(flags=("--workflow",), help="name of the workflow; the account's own by default", options={"metavar": "NAME"}),
            PRIORITY,
            Argument(flags=("--output",), help="location of the outputs", options={"metavar": "URI"}),
            Argument(flags=("--key",), help="idempotency key: the same key gives the same job", options={"metavar": "KEY"}),
            Argument(flags=("--video",), help="your name of the video, which is not processed twice at once", options={"metavar": "NAME"}),
            Argument(
                flags=("--notify",),
                help="URL that gets the announcement of the end; may be repeated",
                options={"metavar": "URL", "action": "append"},
            ),
            ACCOUNT,
            JSON,
        ),
        description="Print the job's id. Ends with 6 where the job is refused, and then there is none.",
    ),
    CliCommand(
        name="reprocess",
        help="Do again what a new upload of an object would start",
        module="airflow_provider_media.cli.reprocess",
        arguments=(
            Argument(flags=("source",), help="s3:// URI of the object", options={"metavar": "URI"}),
            Argument(flags=("--workflow",), help="only this one of the workflows that wait for it", options={"metavar": "NAME"}),
            Argument(flags=("--key",), help="idempotency key: the same key gives the same jobs", options={"metavar": "KEY"}),
            ACCOUNT,
            JSON,
        ),
        description="Print the id of each job and its workflow. Ends with 6 where no workflow waits for the object, or a job is refused.",
    ),
    CliCommand(
        name="status",
        help="Say where a job stands",
        module="airflow_provider_media.cli.status",
        arguments=(
            JOB,
            Argument(flags=("--follow",), help="until it has ended, with a progress bar", options={"action": "store_true"}),
            ACCOUNT,
            JSON,
        ),
        description="With --follow, ends with 0 where the job succeeded, else 4.",
    ),
    CliCommand(
        name="jobs",
        help="List jobs, the latest first",
        module="airflow_provider_media.cli.jobs",
        arguments=(
            Argument(
                flags=("--state",),
                help="waiting, running, succeeded, failed, cancelled or timed_out; may be repeated",
                options={"metavar": "STATE", "action": "append"},
            ),
            PRIORITY,
            Argument(flags=("--workflow",), help="name of the workflow", options={"metavar": "NAME"}),
            Argument(flags=("--video",), help="name of the video", options={"metavar": "NAME"}),
            Argument(flags=("--limit",), help="jobs of one page, up to 200", options={"metavar": "NUMBER", "type": int, "default": 50}),
            Argument(flags=("--cursor",), help="where an earlier page ended", options={"metavar": "CURSOR"}),
            ACCOUNT,
            JSON,
        ),
    ),
    CliCommand(
        name="cancel",
        help="End a job that waits or runs",
        module="airflow_provider_media.cli.cancel",
        arguments=(JOB, ACCOUNT, JSON),
        description="ffmpeg is stopped within seconds, and nothing of the job is published.",
    ),
    CliCommand(
        name="retry",
        help="Put a job that did not succeed back into its queue",
        module="airflow_provider_media.cli.retry",
        arguments=(JOB, ACCOUNT, JSON),
        description="It takes its old place; what it has made already is not made again.",
    ),
    CliCommand(
        name="workflows",
        help="List workflows, and say which are paused",
        module="airflow_provider_media.cli.workflows",
        arguments=(JSON,),
    ),
    CliCommand(
        name="queues",
        help="Show, make, pause and resume queues",
        module="airflow_provider_media.cli.queues",
        arguments=(
            Argument(
                flags=("action",),
                help="show (the default); sync makes pools for the accounts of include/queues.yaml; pause lets running jobs end and starts"
                " no more; resume",
                options={"nargs": "?", "choices": ("show", "sync", "pause", "resume"), "default": "show"},
            ),
            Argument(
                flags=("--reset",),
                help="with sync: give pools the slots of include/queues.yaml though they were changed since",
                options={"action": "store_true"},
            ),
            Argument(flags=("--priority",), help="with pause and resume: only this queue", options={"metavar": "PRIORITY"}),
            ACCOUNT,
            JSON,
        ),
    ),
)
