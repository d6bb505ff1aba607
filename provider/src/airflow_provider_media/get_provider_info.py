"""What Airflow learns about this distribution at start-up."""

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Describe the provider in the terms of Airflow's ``provider_info.schema.json``.

    Kept free of imports: every ``airflow`` command calls it.
    """
    return {
        "package-name": "airflow-provider-media",
        "name": "Media",
        "description": "An open video back end: transcoding, packaging, snapshots, sprites, ingest queues and state machines.",
    }
