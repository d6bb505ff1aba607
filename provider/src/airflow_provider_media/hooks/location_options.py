"""Options of locations in the extra of a connection of type ``media``.

The extra has a field named like a scheme for everything that the connection opens with it, and ``locations`` for what
lies below one URI. Of several URIs, the longest one counts; its options override those of the scheme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.schemes import all_schemes

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationOptions(Generic[Options]):
    """The options of all locations of one scheme that a connection opens."""

    of_all: Options
    by_prefix: tuple[tuple[str, Options], ...] = ()
    """URIs and the options of what lies below them, the longest URI first."""

    def of(self, uri: str) -> Options:
        """Return the options of one location."""
        return next((options for prefix, options in self.by_prefix if uri.startswith(prefix)), self.of_all)


def read_locations(extra: Mapping[str, Any], scheme: str, kind: type[Options]) -> LocationOptions[Options]:
    """Return the options for one scheme that the extra of a connection holds.

    :param scheme: name of the scheme.
    :param kind: pydantic dataclass of the options.
    :raises ConfigurationError: when a field is wrong; the message names the field and what is allowed.
    """
    shared, locations = extra.get(scheme, {}), extra.get("locations", {})
    of_all = _options(shared, scheme, kind)
    check_locations(locations)
    prefixes = {}
    for prefix, own in locations.items():
        if prefix.startswith(f"{scheme}://"):
            # The location is checked by itself first, so that an error names the right place.
            _options(own, f"locations.{prefix}", kind)
            prefixes[prefix] = _options({**shared, **own}, f"locations.{prefix}", kind)
    longest_first = sorted(prefixes.items(), key=lambda item: -len(item[0]))
    return LocationOptions(of_all=of_all, by_prefix=tuple(longest_first))


def check_locations(locations: Any) -> None:
    """Check that every location is in a bucket.

    :raises ConfigurationError: when one is not.
    """
    buckets = [scheme for scheme in all_schemes() if scheme.form == "bucket"]
    example = buckets[0].folder_example
    if not isinstance(locations, Mapping):
        raise ConfigurationError(
            f'locations in the connection\'s extra must be an object, as in {{"{example}": {{...}}}}'
        )
    for prefix in locations:
        if prefix.partition("://")[0] not in {scheme.name for scheme in buckets}:
            allowed = " or ".join(f"{scheme.name}://bucket/, {scheme.folder_example}" for scheme in buckets)
            raise ConfigurationError(f"locations.{prefix} in the connection's extra is in no bucket; write {allowed}")


def _options(found: Any, where: str, kind: type[Options]) -> Options:
    try:
        return TypeAdapter(kind).validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join((where, *map(str, first["loc"])))
        known = ", ".join(kind.__dataclass_fields__)  # type: ignore[attr-defined]
        what = f"is not known; allowed are {known}" if first["type"] == "unexpected_keyword_argument" else first["msg"]
        raise ConfigurationError(f"{place} in the connection's extra: {what.removeprefix('Value error, ')}") from None
