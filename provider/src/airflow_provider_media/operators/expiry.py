"""UploadExpiryOperator: places for uploads keep nothing for longer than they promise."""

from __future__ import annotations

import re
import time
from typing import Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.errors import ObjectNotFound
from airflow_provider_media.core.ingest.accounts import UPLOAD_HOURS
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.operators.failures import airflow_failures

OWN_KEY = re.compile(r"[0-9a-f]{16}/[^/]+")
"""Keys below a place for uploads that the API has given out; whatever else lies there is somebody's own."""


class UploadExpiryOperator(BaseOperator):
    """Delete what came into an account's place for uploads more than 24 hours ago.

    :param account: name of the account.
    """

    ui_color = "#e6f4ea"

    def __init__(self, *, account: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account

    def execute(self, context: Any) -> int:
        """Answer with the number of objects that were deleted."""
        from airflow_provider_media.hooks.catalogue import queues

        with airflow_failures():
            place = queues().account(self.account).uploads
            if place is None:  # it was closed meanwhile, and what lies there belongs to nobody here
                return 0
            storage, oldest = MediaHook(place.connection).storage(place.location), time.time() - UPLOAD_HOURS * 3600
            expired = [
                info.uri
                for info in storage.list(place.location)
                if info.modified < oldest and OWN_KEY.fullmatch(info.uri.removeprefix(place.location))
            ]
            for uri in expired:
                try:
                    storage.delete(uri)
                except ObjectNotFound:  # the bucket's own rule was faster
                    continue
                self.log.info("%s was kept for %d hours and is deleted", uri, UPLOAD_HOURS)
        return len(expired)
