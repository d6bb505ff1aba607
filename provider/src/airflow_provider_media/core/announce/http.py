"""Posts one announcement to a URL; the only place in the core that calls somebody else's server unasked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from airflow_provider_media.core.announce.schedule import DeliveryResponse
from airflow_provider_media.core.errors import DeliveryRefused, SourceForbidden, SourceUnreachable
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.guard import Admitted, Resolver, admit, resolve

if TYPE_CHECKING:
    import httpx

SECONDS = 15.0
"""Time of one whole attempt: Standard Webhooks asks senders to wait 15 to 30 seconds."""
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
    """Post a body once, to an address that was checked, and follow no redirect.

    Nothing that the receiver sends but its status and Retry-After is looked at.

    :param allow: ``host:port`` that may be private or plain ``http``.
    :param seconds: time within which the answer has to be there, name resolution included.
    :raises DeliveryRefused: when the URL may not be called.
    """
    import httpx

    try:
        async with asyncio.timeout(seconds):
            # Both read files and ask the resolver, and the loop that this runs in has other deliveries to look after.
            admitted = await asyncio.to_thread(admit, url, allow=allow, resolver=resolver)
            transport = await asyncio.to_thread(httpx.AsyncHTTPTransport)
            async with transport:
                return await _send(transport, admitted, body.encode(), headers)
    except SourceForbidden:
        raise DeliveryRefused(
            f"{redact(url)} may not be called: targets are https:// URLs without credentials, on port 443 or 8443 of the public internet. "
            "Others have to be allowed as host:port in the option [media] announce_allow."
        ) from None
    except SourceUnreachable:
        return DeliveryResponse(problem="its host has no address")
    except TimeoutError:
        return DeliveryResponse(problem=f"there was no answer within {seconds:g} seconds")
    except httpx.TransportError:
        # The library's words may hold addresses of this network; they stay out of what the submitter reads.
        return DeliveryResponse(problem="the connection failed or broke")


async def _send(transport: httpx.AsyncHTTPTransport, admitted: Admitted, body: bytes, headers: Mapping[str, str]) -> DeliveryResponse:
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
            status=response.status_code, retry_after=retry_after(response.headers.get("retry-after", ""), now=time.time())
        )
    finally:
        await response.aclose()


def retry_after(text: str, *, now: float) -> float | None:
    """Seconds of a Retry-After header, which holds a number of them or a date (RFC 9110 §10.2.3).

    :param now: seconds since the epoch.
    """
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None
