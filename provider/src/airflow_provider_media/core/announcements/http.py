"""Delivery of one announcement to a URL; the only code of the core that calls a third-party server unasked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from airflow_provider_media.core.announcements.errors import DeliveryRefused
from airflow_provider_media.core.announcements.schedule import DeliveryResponse
from airflow_provider_media.core.media.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.guard import Admitted, Resolver, admit, resolve

if TYPE_CHECKING:
    import httpx

SECONDS = 15.0
"""Timeout of one whole attempt in seconds: Standard Webhooks asks senders to wait 15 to 30 seconds."""
CONNECT_SECONDS = 5.0


async def post(
    url: str,
    *,
    body: str,
    headers: Mapping[str, str],
    allow: frozenset[str] = frozenset(),
    resolver: Resolver = resolve,
    seconds: float = SECONDS,
) -> DeliveryResponse:
    """Post a body once, to a checked address, and follow no redirect.

    Only the status and the Retry-After header of the response are read.

    :param allow: ``host:port`` pairs that may be private or plain ``http``.
    :param seconds: deadline for the response, including name resolution.
    :raises DeliveryRefused: when the URL may not be called.
    """
    import httpx

    try:
        async with asyncio.timeout(seconds):
            # Both calls block (files, name resolution), and this event loop serves other deliveries.
            admitted = await asyncio.to_thread(admit, url, allow=allow, resolver=resolver)
            transport = await asyncio.to_thread(httpx.AsyncHTTPTransport)
            async with transport:
                return await _send(transport, admitted, body.encode(), headers)
    except SourceForbidden:
        raise DeliveryRefused(
            f"{redact(url)} may not be called: targets are https:// URLs without credentials, on port 443 or 8443 of"
            " the public internet. Others have to be allowed as host:port in the option [media] announce_allow."
        ) from None
    except SourceUnreachable:
        return DeliveryResponse(problem="its host has no address")
    except TimeoutError:
        return DeliveryResponse(problem=f"there was no answer within {seconds:g} seconds")
    except httpx.TransportError:
        # The library's message may hold addresses of this network, which the submitter must not see.
        return DeliveryResponse(problem="the connection failed or broke")


async def _send(
    transport: httpx.AsyncHTTPTransport, admitted: Admitted, body: bytes, headers: Mapping[str, str]
) -> DeliveryResponse:
    """Send to the first of the checked addresses that accepts a connection."""
    import httpx

    *others, last = admitted.addresses
    for address in others:
        try:
            return await _attempt(transport, admitted, address, body, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _attempt(transport, admitted, last, body, headers)


async def _attempt(
    transport: httpx.AsyncHTTPTransport, admitted: Admitted, address: str, body: bytes, headers: Mapping[str, str]
) -> DeliveryResponse:
    request = admitted.pinned(address, method="POST", content=body)
    request.headers.update({"Content-Type": "application/json", "User-Agent": "airflow-provider-media", **headers})
    request.extensions = {**request.extensions, "timeout": {"connect": CONNECT_SECONDS}}
    response = await transport.handle_async_request(request)
    try:
        return DeliveryResponse(
            status=response.status_code,
            retry_after=retry_after(response.headers.get("retry-after", ""), now=time.time()),
        )
    finally:
        await response.aclose()


def retry_after(text: str, *, now: float) -> float | None:
    """Return the seconds of a Retry-After header, which holds a number of seconds or a date (RFC 9110 §10.2.3).

    :param now: seconds since the epoch.
    """
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None
