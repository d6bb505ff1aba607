"""Table of storage schemes. Parsing, checks, messages, storages, connections and documentation derive from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from airflow_provider_media.core.entry_points import added_points, loaded_row, origin
from airflow_provider_media.core.errors import ConfigurationError

ENTRY_POINT_GROUP = "airflow_provider_media.schemes"
"""Group of entry points by which other distributions add schemes; each names a ``Scheme``."""
Form = Literal["bucket", "path", "web"]


class Capability(StrEnum):
    """What the storage of a scheme can do; every storage can find and download an object."""

    LIST = "list"
    WRITE = "write"
    CONDITIONAL_WRITE = "conditional write"
    SERVER_SIDE_COPY = "copy on the server's side"
    BYTE_RANGES = "byte ranges"
    SIGNED_URLS = "signed URLs"
    IN_PLACE = "read in place"
    """Objects are files of this machine, which tools open without a download."""


OUTPUT_CAPABILITIES = frozenset({Capability.LIST, Capability.WRITE, Capability.CONDITIONAL_WRITE})
"""What a location for outputs needs: a conditional write of the manifest commits a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionField:
    """Field of a connection of type ``media`` that names the connection with a scheme's credentials."""

    name: str
    label: str
    description: str
    default: str
    """Id of the connection when the field is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One storage scheme."""

    name: str
    """What stands before ``://``, in lower case."""
    form: Form
    """How a URI is split.

    ``bucket``: ``name://bucket/key``, the key as it is. ``path``: ``name:///path``, percent-encoded (RFC 8089).
    ``web``: ``name://host/path``, percent-encoded; its query may be a secret.
    """
    opener: str
    """Import path ``module:function``; the function takes ``StorageSettings`` and returns ``Storages``.

    It is imported with the first URI of the scheme, so that no job needs the libraries of another scheme.
    """
    capabilities: frozenset[Capability] = frozenset()
    connection: ConnectionField | None = None
    object_url: str = ""
    """Address at which people look at an object, with ``{bucket}`` and ``{key}``; the object's URI when empty."""
    is_advertised: bool = True
    """Whether messages name the scheme."""

    @property
    def object_example(self) -> str:
        """URI of an object, for messages."""
        return f"{self.name}://{_EXAMPLES[self.form][0]}"

    @property
    def folder_example(self) -> str:
        """URI of a location, for messages."""
        return f"{self.name}://{_EXAMPLES[self.form][1]}"

    @property
    def takes_outputs(self) -> bool:
        """Whether outputs can be published there."""
        return self.capabilities >= OUTPUT_CAPABILITIES


_EXAMPLES = {
    "bucket": ("bucket/key", "bucket/prefix/"),
    "path": ("/path", "/folder/"),
    "web": ("host/path", "host/path/"),
}

SCHEMES = (
    Scheme(
        name="s3",
        form="bucket",
        opener="airflow_provider_media.hooks.s3_storages:open_s3",
        capabilities=frozenset(Capability) - {Capability.IN_PLACE},
        connection=ConnectionField(
            name="aws_conn_id",
            label="AWS connection",
            description="Id of the Amazon Web Services connection that reads and writes s3:// locations.",
            default="aws_default",
        ),
    ),
    Scheme(
        name="gs",
        form="bucket",
        opener="airflow_provider_media.hooks.gcs_storages:open_gcs",
        capabilities=frozenset(Capability) - {Capability.IN_PLACE},
        connection=ConnectionField(
            name="gcp_conn_id",
            label="Google Cloud connection",
            description="Id of the Google Cloud connection that reads and writes gs:// locations.",
            default="google_cloud_default",
        ),
        object_url="https://console.cloud.google.com/storage/browser/_details/{bucket}/{key}",
    ),
    Scheme(
        name="https",
        form="web",
        opener="airflow_provider_media.core.storage.openers:open_web",
        capabilities=frozenset({Capability.BYTE_RANGES}),
    ),
    Scheme(
        name="http",
        form="web",
        opener="airflow_provider_media.core.storage.openers:open_web",
        capabilities=frozenset({Capability.BYTE_RANGES}),
        is_advertised=False,  # it is refused until its host:port is allowed
    ),
    Scheme(
        name="file",
        form="path",
        opener="airflow_provider_media.core.storage.openers:open_files",
        capabilities=OUTPUT_CAPABILITIES | {Capability.SERVER_SIDE_COPY, Capability.BYTE_RANGES, Capability.IN_PLACE},
    ),
)
"""The schemes of this package. A row and the module that its ``opener`` names are all that a scheme is."""
_OWN = {scheme.name: scheme for scheme in SCHEMES}


def find_scheme(name: str) -> Scheme | None:
    """Return the scheme of a name, in upper or lower case; None when nothing here or installed has it.

    :raises ConfigurationError: when an installed distribution has it, and its row cannot be loaded.
    """
    return _OWN.get(name.lower()) or _added(name.lower())


def all_schemes() -> tuple[Scheme, ...]:
    """Return all schemes: those of this package, then those that other distributions add.

    :raises ConfigurationError: when the row of an added one cannot be loaded.
    """
    names = dict.fromkeys(point.name for point in added_points(ENTRY_POINT_GROUP) if point.name not in _OWN)
    return (*SCHEMES, *(scheme for name in names if (scheme := _added(name))))


def object_examples(schemes: Iterable[Scheme] | None = None) -> str:
    """Return the form of URIs of objects for messages, as in ``s3://bucket/key or file:///path``."""
    return _listed(
        scheme.object_example for scheme in (all_schemes() if schemes is None else schemes) if scheme.is_advertised
    )


def output_examples(schemes: Iterable[Scheme] | None = None) -> str:
    """Return the form of output locations for messages."""
    return _listed(
        scheme.folder_example for scheme in (all_schemes() if schemes is None else schemes) if scheme.takes_outputs
    )


def place_examples() -> str:
    """Return the form of the URIs of locations for messages."""
    return _listed(scheme.folder_example for scheme in all_schemes() if scheme.is_advertised)


def _listed(texts: Iterable[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} or {last}" if others else last


@cache
def _added(name: str) -> Scheme | None:
    """Return the scheme of another distribution."""
    point = next((point for point in added_points(ENTRY_POINT_GROUP) if point.name == name), None)
    if point is None:
        return None
    scheme = loaded_row(point, Scheme)
    if scheme.name != name:
        raise ConfigurationError(f"{origin(point)} names the scheme {scheme.name!r}; give both one name.")
    return scheme
