"""Webhooks: sends events to URLs, signed with the secrets of Airflow's connections."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException

from airflow_provider_media.core.announcements.bodies import body
from airflow_provider_media.core.announcements.errors import DeliveryFailed, TargetGone
from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.http import post
from airflow_provider_media.core.announcements.schedule import DeliveryResponse, verdict
from airflow_provider_media.core.announcements.signing import secrets_of, signed_headers
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.hooks import settings


def send_webhook(event: JobEvent, target: Target) -> dict[str, Any]:
    """Post an event to a URL once, and return the status of the response.

    :raises DeliveryFailed: when the target did not take the event; ``retry_after`` is in the detail.
    :raises DeliveryRefused: when the URL may not be called.
    :raises TargetGone: when the target wants no more events.
    :raises ConfigurationError: when a signing secret is not valid.
    """
    return asyncio.run(_call(event, target, signing_secrets(target)))


async def asend_webhook(event: JobEvent, target: Target) -> dict[str, Any]:
    """Post an event to a URL once from the triggerer, where nothing may block; see :func:`send_webhook`."""
    return await _call(event, target, await _asigning_secrets(target))


async def _call(event: JobEvent, target: Target, secrets: tuple[str, ...]) -> dict[str, Any]:
    text = body(event, target.body)
    headers = signed_headers(event.id, timestamp=int(time.time()), body=text, secrets=secrets)
    response = await post(target.address, body=text, headers=headers, allow=settings.announce_allow())
    return _receipt(target, response)


def signing_secrets(target: Target) -> tuple[str, ...]:
    """Return the secrets that sign what a URL is sent.

    :raises DeliveryFailed: when the connection is missing.
    """
    conn_id = _signing_connection(target)
    try:
        return secrets_of(BaseHook.get_connection(conn_id).password or "") if conn_id else ()
    except AirflowNotFoundException:
        raise _no_connection(conn_id) from None


async def _asigning_secrets(target: Target) -> tuple[str, ...]:
    conn_id = _signing_connection(target)
    try:
        return secrets_of((await BaseHook.aget_connection(conn_id)).password or "") if conn_id else ()
    except AirflowNotFoundException:
        raise _no_connection(conn_id) from None


def _signing_connection(target: Target) -> str:
    """Return the id of the connection that signs what a URL is sent; empty when nothing is signed."""
    return target.connection or str(conf.get("media", "announce_conn_id"))


def _no_connection(conn_id: str) -> DeliveryFailed:
    what = f"the connection {conn_id} is missing"
    return DeliveryFailed(f"{what}: its password has to hold the signing secret of this target")


def _receipt(target: Target, response: DeliveryResponse) -> dict[str, Any]:
    match verdict(response):
        case "delivered":
            return {"status": response.status}
        case "gone":
            raise TargetGone(f"{target.name} answered with 410: it is gone for good. Take it out of the workflow.")
        case _:
            what = f"failed: {response.problem}"
            if response.status:
                what = f"was answered with {response.status}, not with 2xx"
            raise DeliveryFailed(f"The delivery to {target.name} {what}", retry_after=response.retry_after)
