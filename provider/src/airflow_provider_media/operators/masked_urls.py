"""MaskedUrls: attributes of operators whose secrets Airflow shows neither in logs nor among rendered fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk.log import mask_secret

from airflow_provider_media.core.media.uri import redact


class MaskedUrls:
    """An attribute with URLs in it; whoever sets it, rendering of templates included, has their secrets masked."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        try:
            return instance.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None  # what hasattr() and getattr() with a default go by

    def __set__(self, instance: Any, value: Any) -> None:
        for secret in secrets_in(value):
            mask_secret(secret)
        instance.__dict__[self.name] = value


def secrets_in(value: Any) -> Iterator[str]:
    """What ``redact`` leaves out of the URLs in a text, or in lists and mappings of texts."""
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
    """Credentials and query of a URL, as far as it has them."""
    scheme, _, rest = url.partition("://")
    visible = shown.removeprefix(f"{scheme}://")
    before, found, after = rest.partition(visible)
    return (before, after.lstrip("?#")) if found and visible else (rest, "")
