"""What Airflow learns about this distribution at start-up; free of imports, because every ``airflow`` command reads it."""

from typing import Any

NAME = "Media"
PACKAGE = "airflow_provider_media"


def get_provider_info() -> dict[str, Any]:
    """Describe the provider in the terms of Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": "airflow-provider-media",
        "name": NAME,
        "description": "An open video back end: transcoding, packaging, snapshots, sprites, ingest queues and state machines.",
        "integrations": [
            {
                "integration-name": NAME,
                "external-doc-url": "https://pypi.org/project/airflow-provider-media/",
                "tags": ["service"],
            }
        ],
        "hooks": _modules("hooks.deliveries", "hooks.http_requests", "hooks.media", "hooks.s3", "hooks.tencent", "hooks.sqs"),
        "operators": _modules(
            "operators.announce",
            "operators.drain",
            "operators.images",
            "operators.ingest",
            "operators.job_stages",
            "operators.ladder",
            "operators.probe",
            "operators.publish",
            "operators.slot",
            "operators.transcode",
            "operators.upload_submit",
        ),
        "sensors": _modules("sensors.arrival", "sensors.job"),
        "triggers": _modules(
            "triggers.answer",
            "triggers.arrival",
            "triggers.child_run",
            "triggers.delivery",
            "triggers.execution",
            "triggers.job",
            "triggers.orphans",
            "triggers.slot",
            "triggers.upload_queue",
        ),
        "notifications": [f"{PACKAGE}.notifications.event.MediaNotifier"],
        "connection-types": [_CONNECTION],
        "extra-links": [f"{PACKAGE}.links.ManifestLink", f"{PACKAGE}.links.OutputsLink", f"{PACKAGE}.links.ExecutionLink"],
        "cli": [f"{PACKAGE}.cli.definition.commands"],
        "config": {"media": {"description": "Media processing on this deployment's workers.", "options": _options()}},
    }


def _modules(*names: str) -> list[dict[str, Any]]:
    return [{"integration-name": NAME, "python-modules": [f"{PACKAGE}.{name}" for name in names]}]


_CONNECTION: dict[str, Any] = {
    "connection-type": "media",
    "hook-class-name": f"{PACKAGE}.hooks.media.MediaHook",
    "hook-name": "Media storage",
    "ui-field-behaviour": {
        "hidden-fields": ["host", "schema", "login", "password", "port", "extra"],
        "relabeling": {},
        "placeholders": {},
    },
    "conn-fields": {
        "aws_conn_id": {
            "label": "AWS connection",
            "description": "Id of the Amazon Web Services connection that reads and writes s3:// locations.",
            "schema": {"type": ["string", "null"], "default": "aws_default"},
        },
        "local_folders": {
            "label": "Local folders",
            "description": "Folders that file:// locations may lie in, separated by colons; instead of the option [media] local_folders.",
            "schema": {"type": ["string", "null"]},
        },
    },
}


def _options() -> dict[str, dict[str, Any]]:
    options = {name: _option(*rest) for name, *rest in (*_PLACES, *_TOOLS, *_TASKS, *_MACHINES, *_ANNOUNCE, *_LIMITS)}
    # Airflow shows the values of sensitive options nowhere, and takes them from commands and secrets backends too.
    return options | {name: {**_option(*rest), "sensitive": True} for name, *rest in _SECRETS}


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
        "File of accounts and the limits of their queues. When empty: include/queues.yaml beside the DAGs folder, or inside it.",
        "/opt/airflow/include/queues.yaml",
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
        "Directory (mode 0700) in which DAG files share what they have parsed. When empty: a private one in the temporary folder.",
        "/var/cache/airflow-media",
    ),
    (
        "local_folders",
        "string",
        "",
        "Folders that file:// sources and outputs may lie in, separated by colons. None when empty, as runs could reach any file.",
        "/srv/media:/mnt/archive",
    ),
    (
        "https_allow",
        "string",
        "",
        "Hosts (host:port, separated by commas) that sources may be fetched from although they are private or unencrypted.",
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
    ("ffmpeg_path", "string", "", "The ffmpeg to use. When empty: the one installed with this provider.", "/usr/local/bin/ffmpeg"),
    ("ffprobe_path", "string", "", "The ffprobe to use. When empty: the one installed with this provider.", "/usr/local/bin/ffprobe"),
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
        "Whether tools are refused to run where bubblewrap is not available. When false they run with resource limits alone there.",
    ),
    (
        "allow_old_tools",
        "boolean",
        "False",
        "Whether an ffmpeg with known security holes, or of unknown version, may be used. Only where every source is trusted.",
    ),
)

_TASKS: tuple[_Option, ...] = (
    ("pool", "string", "default_pool", "Pool of the tasks of workflows that name none. It must exist, or the tasks never start."),
    (
        "queue",
        "string",
        "",
        "Celery's queue of the tasks that run tools (probe, encode, package). When empty: Airflow's default one.",
        "media",
    ),
    ("retries", "integer", "3", "How often a workflow's task is tried again after an error that a retry can cure."),
    ("progress_seconds", "float", "5", "Seconds between two lines of progress in a task's log."),
    (
        "job_seconds",
        "float",
        "86400",
        "Seconds after which a job that still runs is ended as timed out (24 hours); waiting does not count.",
    ),
    ("slot_poll_seconds", "float", "0.5", "Seconds between two looks of a triggerer at the jobs that hold slots, at all of them together."),
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
        "Most calls of one execution of a state machine that is driven by one task, at the same time; each takes a thread of that task.",
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
        "Age in hours up to which objects count as new uploads. Keep DAG runs at least as long: they tell which uploads have been started.",
    ),
)

_SECRETS: tuple[_Option, ...] = (
    (
        "submission_keys",
        "string",
        "",
        "Keys that sign the confs of jobs (first one signs, all verify), separated by commas. Made of [api] secret_key when empty.",
    ),
)

_MACHINES: tuple[_Option, ...] = (
    (
        "express_executions",
        "integer",
        "8",
        "Express executions that one API server has run at once while somebody waits, each in its own process. More are answered with 429.",
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
        "Hosts (host:port, separated by commas) that announcements may be posted to although they are private or unencrypted.",
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
        "Pool of the tasks that announce. It must exist. Waiting for an answer, or for the next attempt, takes no slot.",
    ),
)

_LIMITS: tuple[_Option, ...] = (
    ("limit_source_bytes", "integer", "214748364800", "Largest source in bytes (200 GiB)."),
    (
        "limit_kept_source_bytes",
        "integer",
        "107374182400",
        "Most bytes of fetched sources that a worker keeps for its next tasks (100 GiB). Those used last stay, and those in use always do.",
    ),
    ("limit_pixels", "integer", "35389440", "Most pixels of one frame, width times height (8192 x 4320)."),
    ("limit_streams", "integer", "64", "Most streams of a source."),
    ("limit_duration", "float", "43200", "Longest source in seconds (12 hours)."),
    ("limit_frame_rate", "float", "300", "Highest frame rate of a source."),
    ("limit_output_bytes", "integer", "214748364800", "Largest single output file in bytes (200 GiB)."),
    ("limit_memory", "integer", "17179869184", "Most address space of one tool in bytes (16 GiB)."),
    (
        "limit_stall_seconds",
        "float",
        "120",
        "Seconds without progress after which a tool is stopped. Those in which the machine does not let it work do not count.",
    ),
    (
        "limit_seconds_per_second",
        "float",
        "10000",
        "Seconds of processor time that a tool may use per second of media, on top of an hour.",
    ),
    ("limit_fetch_seconds", "float", "14400", "Seconds within which a source must have been fetched from the web or from S3 (4 hours)."),
    (
        "limit_fetch_bytes_per_second",
        "integer",
        "16384",
        "Slowest rate at which a source may arrive, measured over half a minute of waiting for its server; from S3, over five minutes.",
    ),
)
