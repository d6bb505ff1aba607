"""What Airflow learns about this distribution at start-up.

The module imports hardly anything, because every ``airflow`` command reads it.
"""

from typing import Any

from airflow_provider_media.configuration_options import configuration_options
from airflow_provider_media.core.media.schemes import SCHEMES

NAME = "Media"
PACKAGE = "airflow_provider_media"


def get_provider_info() -> dict[str, Any]:
    """Describe the provider in the terms of Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": "airflow-provider-media",
        "name": NAME,
        "description": (
            "An open video back end: transcoding, packaging, snapshots, sprites, ingest queues and state machines."
        ),
        "integrations": [
            {
                "integration-name": NAME,
                "external-doc-url": "https://pypi.org/project/airflow-provider-media/",
                "tags": ["service"],
            }
        ],
        # The modules of the public API: python_reference.py makes its page from them. What only our own DAGs use is not
        # among them.
        "hooks": _modules("hooks.media"),
        "operators": _modules(
            "operators.images",
            "operators.ingest",
            "operators.ladder",
            "operators.probe",
            "operators.publish",
            "operators.transcode",
            "operators.upload_submit",
        ),
        "sensors": _modules("sensors.arrival", "sensors.job"),
        "triggers": _modules("triggers.arrival", "triggers.job"),
        "notifications": [f"{PACKAGE}.notifications.event.MediaNotifier"],
        "connection-types": [_CONNECTION],
        "extra-links": [
            f"{PACKAGE}.links.ManifestLink",
            f"{PACKAGE}.links.OutputsLink",
            f"{PACKAGE}.links.ExecutionLink",
        ],
        "cli": [f"{PACKAGE}.cli.definition.commands"],
        "config": {
            "media": {
                "description": "Media processing on this deployment's workers.",
                "options": configuration_options(),
            }
        },
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
        **{
            field.name: {
                "label": field.label,
                "description": field.description,
                "schema": {"type": ["string", "null"], "default": field.default},
            }
            for field in (scheme.connection for scheme in SCHEMES if scheme.connection)
        },
        "local_folders": {
            "label": "Local folders",
            "description": (
                "Folders that file:// locations may lie in, separated by colons; instead of the option [media]"
                " local_folders."
            ),
            "schema": {"type": ["string", "null"]},
        },
    },
}
