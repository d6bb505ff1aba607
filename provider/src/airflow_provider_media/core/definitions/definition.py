"""Definition: one version of a workflow or a state machine, and its object in the store."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from pydantic import ValidationError

from airflow_provider_media.core.dag_ids import machine_dag_id, workflow_dag_id
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import digest, from_json, to_json

DefinitionKind = Literal["workflows", "state-machines"]
DefinitionStatus = Literal["published", "draft", "disabled"]
KINDS: tuple[DefinitionKind, ...] = get_args(DefinitionKind)
NAMES = {
    "workflows": re.compile(r"[a-z0-9][a-z0-9_-]{0,62}"),
    "state-machines": re.compile(r"[A-Za-z0-9_-]{1,200}"),
}
"""Names that definitions of each kind may have."""
KEY = re.compile(r"(workflows|state-machines)/([A-Za-z0-9_-]{1,200})/versions/(\d{6,})\.json$")
"""End of the URI of a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionText:
    """What people write of a definition.

    :param text: YAML of a workflow, or JSON of a state machine.
    :param settings: YAML of the settings beside a state machine; empty for the defaults.
    """

    text: str
    settings: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 of text and settings."""
        return digest([self.text, self.settings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a definition, as the store keeps it for ever.

    :param version: number of the version, from 1.
    :param saved_by: name of the user who saved it.
    :param hash: SHA-256 of text and settings.
    """

    kind: DefinitionKind
    name: str
    version: int
    status: DefinitionStatus
    saved_by: str
    saved_at: datetime
    comment: str = ""
    hash: str
    text: str
    settings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionObject:
    """The object of a version, as a listing shows it.

    :param tag: the storage's version of the object; another object under the same URI has another tag.
    """

    uri: str
    kind: DefinitionKind
    name: str
    version: int
    tag: str


def dag_id_of(kind: DefinitionKind, name: str) -> str:
    """Return the id of the DAG that a definition has when it is published."""
    return workflow_dag_id(name) if kind == "workflows" else machine_dag_id(name)


def version_key(kind: DefinitionKind, name: str, version: int) -> str:
    """Return the key of a version's object below the location of the store."""
    return f"{kind}/{name}/versions/{version:06d}.json"


def version_object(uri: str, tag: str) -> VersionObject | None:
    """Return what the URI of an object says; None for an object that is no version."""
    found = KEY.search(uri)
    if found is None:
        return None
    kind: DefinitionKind = "workflows" if found[1] == "workflows" else "state-machines"
    if not NAMES[kind].fullmatch(found[2]):
        return None
    return VersionObject(uri=uri, kind=kind, name=found[2], version=int(found[3]), tag=tag)


def write_definition(definition: Definition) -> bytes:
    """Return the content of a version's object."""
    return json.dumps(to_json(definition), indent=1, ensure_ascii=False).encode()


def read_definition(content: bytes, expected: VersionObject) -> Definition:
    """Return the definition in the content of a version's object.

    :raises ConfigurationError: when the object holds no definition, or another one than its URI says.
    """
    try:
        definition = from_json(Definition, json.loads(content))
    except (ValueError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(
            f"{expected.uri} holds no definition ({reason}); delete this object, so that the version before it counts"
        ) from None
    if (definition.kind, definition.name, definition.version) != (expected.kind, expected.name, expected.version):
        raise ConfigurationError(
            f"{expected.uri} holds version {definition.version} of {definition.kind}/{definition.name}, and was copied"
            " or renamed; delete this object, and save the definition under the wanted name"
        )
    return definition
