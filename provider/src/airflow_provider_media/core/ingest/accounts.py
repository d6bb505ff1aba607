"""Accounts and the limits of their queues: the schema of ``include/queues.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from airflow_provider_media.core.errors import AccountUnknown, ConfigurationError
from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.media.uri import is_below, parse
from airflow_provider_media.core.specs.spec import Name, Spec

DEFAULT_ACCOUNT = "default"
"""The account that is there without any file."""
Count = Annotated[int, Field(ge=0, le=100_000)]


class PerPriority(Spec):
    """A number of jobs for each priority."""

    normal: Count = 1000
    low: Count = 1000

    def of(self, priority: Priority) -> int:
        """The number for one of them."""
        return self.normal if priority == "normal" else self.low


class ActivePerPriority(Spec):
    """Most active jobs of each priority; where there is none, only the limit of both together holds."""

    normal: Annotated[int, Field(ge=1, le=100_000)] | None = None
    low: Annotated[int, Field(ge=1, le=100_000)] | None = None

    def of(self, priority: Priority) -> int | None:
        """The limit of one of them."""
        return self.normal if priority == "normal" else self.low


class QueueLimits(Spec):
    """How many jobs of an account may be active, and how many may wait."""

    active: Annotated[int, Field(ge=1, le=100_000)] = 100
    """Slots of both priorities together when the account's pool is made; from then on Airflow's Pools page says how many there are."""
    active_per_priority: ActivePerPriority = ActivePerPriority()
    waiting: PerPriority = PerPriority()
    """Jobs that may wait in each queue; one more is refused."""


def _place(uri: str) -> str:
    try:
        climbs = {".", ".."} & set(parse(uri).key.split("/"))
    except ConfigurationError:
        climbs = {uri}
    if climbs or "://" not in uri or not uri.endswith("/"):
        raise ValueError(f"{uri!r} is not a place; write s3://bucket/, s3://bucket/prefix/, https://host/path/ or file:///folder/")
    return uri


Place = Annotated[str, AfterValidator(_place)]
"""URI of a bucket, site or folder, or of a prefix there, ending in ``/`` so that it is no prefix of another one's name."""


UPLOAD_HOURS = 24
"""How long what was put into a place for uploads is kept, as at Brightcove."""


class UploadPlace(Spec):
    """Where people without a bucket of their own put sources."""

    location: Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/]+/)*$")]
    """URI of a bucket and prefix, ending in ``/``; what the API let people put there is deleted after 24 hours."""
    connection: str = "aws_default"
    """Airflow connection that may write and delete there."""


class Account(Spec):
    """One tenant: its own queues, limits and defaults."""

    name: Name = DEFAULT_ACCOUNT
    limits: QueueLimits = QueueLimits()
    ageing_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 30)] | None = None
    """Minutes after which a waiting job of low priority no longer lets later normal ones pass; it may wait for ever when absent."""
    requests_per_second: Annotated[float, Field(gt=0)] = 200
    """Requests that one API server takes from the account; more are answered with 429."""
    paused_workflows: Literal["refuse", "wait"] = "refuse"
    """What becomes of submissions to a workflow that somebody has paused; uploads wait in any case, as nobody hears of a refusal."""
    workflow: Name | None = None
    """Workflow of requests that name none."""
    profiles: Mapping[str, Name] = Field(default_factory=dict)
    """Workflows by the names of profiles in requests of another system; a name that is not here is that of a workflow."""
    output: str | None = None
    """Location of outputs where neither the request nor the workflow names one; the source's bucket when absent."""
    connections: frozenset[str] = frozenset()
    """Airflow connections that its requests may name in ``notify``; none when absent, so that nobody signs or sends as somebody else."""
    sources: tuple[Place, ...] | None = None
    """Places that its sources lie in, besides its place for uploads; any that the workflow's connection can read when absent."""
    outputs: tuple[Place, ...] | None = None
    """Places that its outputs go to where neither the workflow nor ``output`` says; any that the connection can write to when absent."""
    uploads: UploadPlace | None = None
    """Where the API lets people upload to; nowhere when absent."""

    def may_read(self, source: str) -> bool:
        """Whether a source lies where its sources may lie."""
        own = () if self.uploads is None else (self.uploads.location,)
        return self.sources is None or any(is_below(source, place) for place in (*self.sources, *own))

    def may_write(self, output: str) -> bool:
        """Whether a location is among those that its outputs may go to."""
        return self.outputs is None or any(is_below(output, place) for place in self.outputs)

    @property
    def ageing(self) -> timedelta | None:
        """Time after which a waiting job of low priority counts like a normal one."""
        return None if self.ageing_minutes is None else timedelta(minutes=self.ageing_minutes)


class Queues(Spec):
    """The accounts of a deployment."""

    accounts: Mapping[Name, Account] = Field(default_factory=dict)

    def account(self, name: str) -> Account:
        """One account by its name.

        :raises AccountUnknown: when there is none of this name.
        """
        if name not in self.accounts:
            raise AccountUnknown(f"There is no account named {name!r}; accounts are made in include/queues.yaml.", account=name)
        return self.accounts[name]


def parse_queues(content: Mapping[str, Any], *, where: str = "queues.yaml") -> Queues:
    """The accounts that the content of a file describes, and the default account where it does not name it.

    :raises ConfigurationError: naming the field that is not valid.
    """
    accounts = content.get("accounts") or {}
    if not isinstance(accounts, Mapping):
        raise ConfigurationError(f"{where}: accounts must map the name of each account to its limits", field="accounts")
    for name, fields in accounts.items():
        if fields is not None and not isinstance(fields, Mapping):
            raise ConfigurationError(f"{where}: accounts.{name} must map the names of fields to their values", field=f"accounts.{name}")
    named = {str(name): {**(fields or {}), "name": str(name)} for name, fields in ({DEFAULT_ACCOUNT: None} | dict(accounts)).items()}
    try:
        return Queues.model_validate({**content, "accounts": named})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{where}: {field}: {first['msg']}", field=field) from None


def load_queues(path: Path) -> Queues:
    """The accounts of a YAML file; the default account alone where there is no file.

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
