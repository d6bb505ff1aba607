"""UploadExpiryOperator: deletes expired objects from an account's upload location."""

from __future__ import annotations

import re
import time
from typing import Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.accounts.accounts import UPLOAD_HOURS
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.operators.failures import airflow_failures

OWN_KEY = re.compile(r"[0-9a-f]{16}/[^/]+")
"""Keys below an upload location that the API has given out. The operator never deletes any other object."""


class UploadExpiryOperator(BaseOperator):
    """Delete objects that arrived in an account's upload location more than 24 hours ago.

    :param account: name of the account.
    """

    ui_color = "#e6f4ea"

    def __init__(self, *, account: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account

    def execute(self, context: Any) -> int:
        """Return the number of deleted objects."""
        from airflow_provider_media.hooks.catalogue import queues

        with airflow_failures():
            place = queues().account(self.account).uploads
            if place is None:  # the account has no upload location any more: its objects are not ours
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
                except ObjectNotFound:  # the bucket's lifecycle rule was faster
                    continue
                self.log.info("%s was kept for %d hours and is deleted", uri, UPLOAD_HOURS)
        return len(expired)
