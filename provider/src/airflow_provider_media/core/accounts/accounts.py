"""Accounts and the limits of their queues: the schema of ``include/queues.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.errors import AccountUnknown
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.schemes import place_examples
from airflow_provider_media.core.media.uri import is_below, parse
from airflow_provider_media.core.outputs.spec import Name, Spec

Count = Annotated[int, Field(ge=0, le=100_000)]


class PerPriority(Spec):
    """A number of jobs for each priority."""

    normal: Count = 1000
    low: Count = 1000

    def of(self, priority: Priority) -> int:
        """Return the number for one priority."""
        return self.normal if priority == "normal" else self.low


class ActivePerPriority(Spec):
    """Most active jobs of each priority; None means that only the limit of both priorities together applies."""

    normal: Annotated[int, Field(ge=1, le=100_000)] | None = None
    low: Annotated[int, Field(ge=1, le=100_000)] | None = None

    def of(self, priority: Priority) -> int | None:
        """Return the limit of one priority."""
        return self.normal if priority == "normal" else self.low


class QueueLimits(Spec):
    """Limits on the active and the waiting jobs of an account."""

    active: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Initial slots of the account's pool, for both priorities; later, Airflow's Pools page sets the number."""
    active_per_priority: ActivePerPriority = ActivePerPriority()
    waiting: PerPriority = PerPriority()
    """Jobs that may wait in each queue; one more is refused."""


def _place(uri: str) -> str:
    try:
        climbs = {".", ".."} & set(parse(uri).key.split("/"))
    except ConfigurationError:
        climbs = {uri}
    if climbs or "://" not in uri or not uri.endswith("/"):
        raise ValueError(f"{uri!r} is not a place; write {place_examples()}")
    return uri


Place = Annotated[str, AfterValidator(_place)]
"""URI of a bucket, site, folder or prefix; the final ``/`` keeps it from matching the start of a longer name."""


UPLOAD_HOURS = 24
"""Hours for which an uploaded source is kept, as at Brightcove."""


class UploadPlace(Spec):
    """Location where people without a bucket of their own upload sources."""

    location: Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/]+/)*$")]
    """URI of a bucket and prefix, ending in ``/``; files uploaded there through the API are deleted after 24 hours."""
    connection: str = "aws_default"
    """Airflow connection that may write and delete there."""


class Account(Spec):
    """One tenant: its own queues, limits and defaults."""

    name: Name = DEFAULT_ACCOUNT
    limits: QueueLimits = QueueLimits()
    ageing_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 30)] | None = None
    """Minutes after which later normal jobs no longer pass a waiting low-priority job; never when absent."""
    requests_per_second: Annotated[float, Field(gt=0)] = 200
    """Requests per second that one API server accepts from the account; further requests get status 429."""
    paused_workflows: Literal["refuse", "wait"] = "refuse"
    """Whether submissions to a paused workflow are refused or wait; uploads always wait: nobody would see a refusal."""
    workflow: Name | None = None
    """Workflow of requests that name none."""
    profiles: Mapping[str, Name] = Field(default_factory=dict)
    """Workflows by profile names of another system; a name that is not listed is the name of a workflow."""
    output: str | None = None
    """Output location if neither the request nor the workflow names one; the source's bucket when absent."""
    connections: frozenset[str] = frozenset()
    """Airflow connections that ``notify`` may name; none when absent, so that no account signs or sends as another."""
    sources: tuple[Place, ...] | None = None
    """Source locations besides the upload location; when absent, any that the workflow's connection can read."""
    outputs: tuple[Place, ...] | None = None
    """Output locations if neither the workflow nor ``output`` sets one; when absent, any that is writable."""
    uploads: UploadPlace | None = None
    """Upload location of the account's API users; uploads are disabled when absent."""

    def may_read(self, source: str) -> bool:
        """Return whether the account may read a source."""
        own = () if self.uploads is None else (self.uploads.location,)
        return self.sources is None or any(is_below(source, place) for place in (*self.sources, *own))

    def may_write(self, output: str) -> bool:
        """Return whether the account may write to an output location."""
        return self.outputs is None or any(is_below(output, place) for place in self.outputs)

    @property
    def ageing(self) -> timedelta | None:
        """Waiting time after which a low-priority job counts like a normal one."""
        return None if self.ageing_minutes is None else timedelta(minutes=self.ageing_minutes)


class Queues(Spec):
    """The accounts of a deployment."""

    accounts: Mapping[Name, Account] = Field(default_factory=dict)

    def account(self, name: str) -> Account:
        """Return the account of a name.

        :raises AccountUnknown: when there is no account of this name.
        """
        if name not in self.accounts:
            raise AccountUnknown(
                f"There is no account named {name!r}; accounts are made in include/queues.yaml.", account=name
            )
        return self.accounts[name]


def parse_queues(content: Mapping[str, Any], *, where: str = "queues.yaml") -> Queues:
    """Return the accounts in the content of a file; the default account is added if the file does not name it.

    :raises ConfigurationError: with the field that is not valid.
    """
    accounts = content.get("accounts") or {}
    if not isinstance(accounts, Mapping):
        raise ConfigurationError(f"{where}: accounts must map the name of each account to its limits", field="accounts")
    for name, fields in accounts.items():
        if fields is not None and not isinstance(fields, Mapping):
            raise ConfigurationError(
                f"{where}: accounts.{name} must map the names of fields to their values", field=f"accounts.{name}"
            )
    named = {
        str(name): {**(fields or {}), "name": str(name)}
        for name, fields in ({DEFAULT_ACCOUNT: None} | dict(accounts)).items()
    }
    try:
        return Queues.model_validate({**content, "accounts": named})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{where}: {field}: {first['msg']}", field=field) from None


def load_queues(path: Path) -> Queues:
    """Return the accounts of a YAML file; only the default account if there is no file.

    :raises ConfigurationError: when the file is not valid.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.exists():
        return parse_queues({})
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    if not isinstance(content, Mapping):
        raise ConfigurationError(f"{path}: it must begin with accounts:")
    return parse_queues(content, where=str(path))
