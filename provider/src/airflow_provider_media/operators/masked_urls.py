"""MaskedUrls: operator attributes whose secrets Airflow masks in logs and in rendered fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk.log import mask_secret

from airflow_provider_media.core.media.uri import redact


class MaskedUrls:
    """A descriptor for an attribute that holds URLs.

    Every assignment masks the secrets of the URLs, including the assignment after templates are rendered.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        try:
            return instance.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None  # hasattr() and getattr() with a default expect this error

    def __set__(self, instance: Any, value: Any) -> None:
        for secret in secrets_in(value):
            mask_secret(secret)
        instance.__dict__[self.name] = value


def secrets_in(value: Any) -> Iterator[str]:
    """Yield the parts of URLs that ``redact`` removes, from a text or from lists and mappings of texts."""
    if isinstance(value, str):
        shown = redact(value)
        if shown != value:
            yield from (part for part in _hidden(value, shown) if part)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from secrets_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from secrets_in(each)


def _hidden(url: str, shown: str) -> tuple[str, str]:
    """Return the credentials and the query of a URL; each is empty where the URL has none."""
    scheme, _, rest = url.partition("://")
    visible = shown.removeprefix(f"{scheme}://")
    before, found, after = rest.partition(visible)
    return (before, after.lstrip("?#")) if found and visible else (rest, "")
