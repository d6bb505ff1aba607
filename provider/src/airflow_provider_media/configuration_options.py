"""Options of the section ``[media]`` of Airflow's configuration, with their types, defaults and meanings."""

from typing import Any

from airflow_provider_media.configuration_limits import LIMITS


def configuration_options() -> dict[str, dict[str, Any]]:
    """Return the options by name, in the form of Airflow's provider schema."""
    options = {
        option[0]: _option(*option[1:]) for option in (*_PLACES, *_TOOLS, *_TASKS, *_MACHINES, *_ANNOUNCE, *LIMITS)
    }
    # Airflow shows the values of sensitive options nowhere, and takes them from commands and secrets backends too.
    return options | {option[0]: {**_option(*option[1:]), "sensitive": True} for option in _SECRETS}


def _option(kind: str, default: str | None, description: str, example: str | None = None) -> dict[str, Any]:
    # Airflow wants every default as text.
    return {"description": description, "version_added": "0.1.0", "type": kind, "example": example, "default": default}


_Option = tuple[str, str, str | None, str] | tuple[str, str, str | None, str, str]

_PLACES: tuple[_Option, ...] = (
    (
        "workflows_folder",
        "string",
        "",
        "Folder of workflow files (*.yaml). When empty: include/workflows beside the DAGs folder, or inside it.",
        "/opt/airflow/include/workflows",
    ),
    (
        "state_machines_folder",
        "string",
        "",
        "Folder of state machines (*.json). When empty: include/state_machines beside the DAGs folder, or inside it.",
        "/opt/airflow/include/state_machines",
    ),
    (
        "presets_folder",
        "string",
        "",
        "Folder of preset files (*.yaml). When empty: include/presets beside the DAGs folder, or inside it.",
        "/opt/airflow/include/presets",
    ),
    (
        "queues_file",
        "string",
        "",
        (
            "File of accounts and the limits of their queues. When empty: include/queues.yaml beside the DAGs folder,"
            " or inside it."
        ),
        "/opt/airflow/include/queues.yaml",
    ),
    (
        "definitions",
        "string",
        "",
        "Folder in a storage for what is saved in the console; API servers, DAG processors and workers must reach it.",
        "s3://media-config/definitions/",
    ),
    (
        "definitions_conn_id",
        "string",
        "aws_default",
        "Airflow connection that reads and writes there: of type aws or media. A file:// folder needs none.",
        "media_definitions",
    ),
    (
        "work_directory",
        "string",
        "",
        "Folder for sources and unfinished outputs on each worker. When empty: a private one in the temporary folder.",
        "/var/lib/airflow-media",
    ),
    (
        "cache_directory",
        "string",
        "",
        (
            "Directory (mode 0700) in which DAG files share what they have parsed. When empty: a private one in the"
            " temporary folder."
        ),
        "/var/cache/airflow-media",
    ),
    (
        "local_folders",
        "string",
        "",
        (
            "Folders that file:// sources and outputs may lie in, separated by colons. None when empty, as runs could"
            " reach any file."
        ),
        "/srv/media:/mnt/archive",
    ),
    (
        "https_allow",
        "string",
        "",
        (
            "Hosts (host:port, separated by commas) that sources may be fetched from although they are private or"
            " unencrypted."
        ),
        "media.internal:443,10.0.0.7:8080",
    ),
    (
        "object_url",
        "string",
        "https://console.aws.amazon.com/s3/object/{bucket}?prefix={key}",
        "Address at which people look at an object; links of tasks are made from it. {bucket} and {key} are filled in.",
        "https://minio.example.com/browser/{bucket}/{key}",
    ),
)

_TOOLS: tuple[_Option, ...] = (
    (
        "ffmpeg_path",
        "string",
        "",
        "The ffmpeg to use. When empty: the one installed with this provider.",
        "/usr/local/bin/ffmpeg",
    ),
    (
        "ffprobe_path",
        "string",
        "",
        "The ffprobe to use. When empty: the one installed with this provider.",
        "/usr/local/bin/ffprobe",
    ),
    (
        "packager_path",
        "string",
        "",
        "The Shaka Packager to use. When empty: the one installed with this provider.",
        "/usr/local/bin/packager",
    ),
    (
        "require_sandbox",
        "boolean",
        "False",
        (
            "Whether tools are refused to run where bubblewrap is not available. When false they run with resource"
            " limits alone there."
        ),
    ),
    (
        "allow_old_tools",
        "boolean",
        "False",
        (
            "Whether an ffmpeg with known security holes, or of unknown version, may be used. Only where every source"
            " is trusted."
        ),
    ),
)

_TASKS: tuple[_Option, ...] = (
    (
        "pool",
        "string",
        "default_pool",
        "Pool of the tasks of workflows that name none. It must exist, or the tasks never start.",
    ),
    (
        "queue",
        "string",
        "",
        "Celery's queue of the tasks that run tools (probe, encode, package). When empty: Airflow's default one.",
        "media",
    ),
    ("retries", "integer", "3", "How often a workflow's task is tried again after an error that a retry can cure."),
    ("one_task_seconds", "float", "5", "Estimated processor seconds below which one task does a whole job. 0: never."),
    ("progress_seconds", "float", "5", "Seconds between two lines of progress in a task's log."),
    (
        "job_seconds",
        "float",
        "86400",
        "Seconds after which a job that still runs is ended as timed out (24 hours); waiting does not count.",
    ),
    (
        "slot_poll_seconds",
        "float",
        "0.5",
        "Seconds between two looks of a triggerer at the jobs that hold slots, at all of them together.",
    ),
    (
        "state_machine_runs",
        "integer",
        "64",
        "Most child runs of one execution of a state machine at the same time; others wait, however wide a Map is.",
    ),
    (
        "state_machine_calls",
        "integer",
        "16",
        (
            "Most calls of one execution of a state machine that is driven by one task, at the same time; each takes a"
            " thread of that task."
        ),
    ),
    (
        "restore_poll_seconds",
        "float",
        "300",
        "Seconds between two looks of a job at a source that comes back from an archive of S3; 10 at least.",
    ),
    ("arrival_poll_seconds", "float", "10", "Seconds between two looks at the buckets that workflows watch."),
    (
        "arrival_lookback_hours",
        "float",
        "168",
        (
            "Age in hours up to which objects count as new uploads. Keep DAG runs at least as long: they tell which"
            " uploads have been started."
        ),
    ),
)

_SECRETS: tuple[_Option, ...] = (
    (
        "submission_keys",
        "string",
        "",
        (
            "Keys that sign the confs of jobs (first one signs, all verify), separated by commas. Made of [api]"
            " secret_key when empty."
        ),
    ),
)

_MACHINES: tuple[_Option, ...] = (
    (
        "express_executions",
        "integer",
        "8",
        (
            "Express executions that one API server has run at once while somebody waits, each in its own process. More"
            " are answered with 429."
        ),
    ),
    (
        "previews",
        "integer",
        "2",
        "Plans and pictures of the console's editor that one API server makes at once. More are answered with 429.",
    ),
    (
        "preview_seconds",
        "float",
        "60",
        "Seconds that one plan or picture of the editor may take, with fetching its source.",
    ),
    (
        "preview_bytes",
        "integer",
        "1073741824",
        (
            "Largest source in bytes that the editor fetches for a plan or picture (1 GiB). Of a larger MP4 it fetches"
            " the parts that it needs, up to as many bytes."
        ),
    ),
    (
        "role_connections",
        "string",
        "",
        "Connections that stand for the roles of tasks' Credentials, as ARN=connection, separated by commas.",
        "arn:aws:iam::123456789012:role/encode=aws_encode",
    ),
)

_ANNOUNCE: tuple[_Option, ...] = (
    (
        "announce_allow",
        "string",
        "",
        (
            "Hosts (host:port, separated by commas) that announcements may be posted to although they are private or"
            " unencrypted."
        ),
        "catalogue.internal:443,10.0.0.7:8080",
    ),
    (
        "announce_conn_id",
        "string",
        "",
        "Connection whose password holds the signing secrets of URLs that name no connection. Unsigned when empty.",
        "media_webhooks",
    ),
    (
        "announce_pool",
        "string",
        "default_pool",
        (
            "Pool of the tasks that announce. It must exist. Waiting for an answer, or for the next attempt, takes no"
            " slot."
        ),
    ),
)
