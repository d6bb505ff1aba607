"""Request for a job, in this package's form and in the form of Brightcove's Dynamic Ingest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, Field, Strict, ValidationError, WithJsonSchema

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.accounts.permissions import check_target
from airflow_provider_media.core.accounts.priorities import DEFAULT, PRIORITIES, Priority, priority_of
from airflow_provider_media.core.announcements.notification import Notification
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.announcements.targets import url_problem
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.schemes import object_examples, output_examples
from airflow_provider_media.core.media.uri import parse, redact, scheme_of
from airflow_provider_media.core.outputs.spec import Spec
from airflow_provider_media.core.serde import digest, to_json
from airflow_provider_media.core.submission.errors import WorkflowUnknown

B = TypeVar("B", bound=BaseModel)
CALLBACKS = 10
"""Most callbacks used of one request: https://apis.support.brightcove.com/dynamic-ingest/references/reference.html."""
Text = Annotated[str, Field(min_length=1, max_length=4096)]
Short = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]
AnyPriority = Annotated[Any, WithJsonSchema({"enum": [*PRIORITIES, None]})]
"""Checked by ``priority_of``, because its error has a code of its own."""


def _refuse_images(wanted: bool) -> bool:
    if wanted:
        raise ValueError("may be false alone: which pictures a job makes is what its workflow says")
    return wanted


NoImages = Annotated[bool, Strict(), AfterValidator(_refuse_images), WithJsonSchema({"const": False})]
WORDING = {"tuple_type": "Input should be a list", "model_type": "Input should be an object"}
"""Messages for pydantic error types that name Python types unknown in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for one job, checked in form."""

    source: str
    """URI of the source."""
    workflow: str
    priority: Priority = DEFAULT
    output: str | None = None
    """URI below which outputs go; when absent, the location of the workflow, of the account, or the source's bucket."""
    source_version: str | None = None
    """Version that the source must still have when it is processed."""
    notify: tuple[Target, ...] = ()
    """Targets besides those of the workflow."""
    video: str | None = None
    """The submitter's own name of the video."""
    alone: bool = False
    """Whether the job is refused while a job of the same video (or else workflow and source) is unfinished."""
    idempotency_key: str | None = None
    """The same key again gives the same job."""
    job_id: str | None = None
    """Predetermined job id, as uploads have; replaces an idempotency key."""

    @property
    def hash(self) -> str:
        """Hash that tells another request under the same key from the same request."""
        names = ("source", "workflow", "priority", "output", "source_version", "video")
        return digest([[getattr(self, name) for name in names], to_json(self.notify)])

    @property
    def subject(self) -> str | None:
        """Subject that only one job at a time may have; None if concurrent jobs are allowed."""
        if not self.alone:
            return None
        return digest(["video", self.video] if self.video else ["source", self.workflow, self.source])[:32]


class RequestBody(Spec):
    """A request in this package's form."""

    source: Text
    """URI of the source; the reference of sources lists the schemes."""
    workflow: Short | None = None
    """Name of the workflow; the account's default when absent."""
    priority: AnyPriority = None
    """``normal`` (the default) or ``low``."""
    output: Text | None = None
    """URI below which outputs go."""
    source_version: Short | None = None
    """Version that the source must still have when it is processed."""
    idempotency_key: Short | None = None
    """The same key again gives the same job; the same key with another body is refused."""
    notify: Annotated[tuple[Notification, ...], Field(max_length=20)] = ()
    video: Short | None = None
    """Your own name of the video, else workflow and source; a video has at most one unfinished job."""


class Master(Spec):
    """The source of a request in Brightcove's form."""

    url: Text


class BrightcoveBody(Spec):
    """A request in the form of Brightcove's Dynamic Ingest, as far as a back end without a catalogue supports it."""

    master: Master
    profile: Short | None = None
    """Name of a workflow, or of one of the account's ``profiles``."""
    priority: AnyPriority = None
    callbacks: tuple[Text, ...] = ()
    """URLs that get callbacks in Brightcove's form; the first ten are used."""
    capture_images: Annotated[NoImages | None, Field(alias="capture-images")] = None
    """Only ``false`` is allowed: the workflow decides which pictures a job makes."""


def parse_request(
    body: Mapping[str, Any], account: Account, *, idempotency_key: str | None = None, video: str | None = None
) -> Request:
    """Return the request in a JSON body of either form.

    :param idempotency_key: value of the ``Idempotency-Key`` header, if present.
    :param video: id of the video in the request's path, if present.
    :raises RequestInvalid: with the field that is wrong.
    :raises PriorityUnknown: for a priority that is neither ``normal`` nor ``low``.
    :raises WorkflowUnknown: when neither the request nor the account names a workflow.
    """
    if not isinstance(body, Mapping):
        raise RequestInvalid("the body must be a JSON object", field="")
    if "master" in body:
        return _brightcove(validated(BrightcoveBody, body), account, idempotency_key, video)
    own = validated(RequestBody, body)
    if idempotency_key and own.idempotency_key and idempotency_key != own.idempotency_key:
        raise RequestInvalid(
            "idempotency_key and the header Idempotency-Key differ; give one of them", field="idempotency_key"
        )
    return Request(
        source=checked_source(own.source, "source"),
        workflow=workflow_of(own.workflow, account),
        priority=priority_of(own.priority),
        output=own.output and _location(own.output),
        source_version=own.source_version,
        notify=tuple(_target(target, index, account) for index, target in enumerate(own.notify)),
        video=video or own.video,
        alone=True,
        idempotency_key=idempotency_key or own.idempotency_key,
    )


def _brightcove(body: BrightcoveBody, account: Account, idempotency_key: str | None, video: str | None) -> Request:
    return Request(
        source=checked_source(body.master.url, "master.url"),
        workflow=workflow_of(body.profile, account),
        priority=priority_of(body.priority),
        notify=_callbacks(body.callbacks),
        video=video,
        # Brightcove creates a video before its ingestion, and several videos may have the same source file.
        alone=video is not None,
        idempotency_key=idempotency_key,
    )


def workflow_of(name: str | None, account: Account) -> str:
    """Return the workflow of a name in an account, or the account's default workflow.

    :raises WorkflowUnknown: when there is no name and no default.
    """
    if name is None and account.workflow is None:
        raise WorkflowUnknown(
            f"The request names no workflow and the account {account.name!r} has no default; give workflow (or"
            " profile).",
            field="workflow",
        )
    return account.profiles.get(name, name) if name is not None else str(account.workflow)


def validated(model: type[B], body: Mapping[str, Any]) -> B:
    """Return the body of a request, validated by its model.

    :raises RequestInvalid: with the first field that is wrong, and the allowed values.
    """
    try:
        return model.model_validate(dict(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        fields = _model_at(model, first["loc"][:-1]).model_fields
        allowed = ", ".join(known.alias or name for name, known in fields.items())
        said = WORDING.get(first["type"], first["msg"].removeprefix("Value error, "))
        what = f"is no field; allowed are {allowed}" if first["type"] == "extra_forbidden" else said
        raise RequestInvalid(f"{field}: {what}", field=field) from None


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    """Return the model at a path of fields and indexes."""
    for field in (step for step in path if isinstance(step, str)):
        # A key of an object and the name of a union's member are no fields.
        if field in model.model_fields:
            model = next(_models_in(model.model_fields[field].annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def checked_source(uri: str, field: str) -> str:
    """Return the URI of a source if it names one file.

    :raises RequestInvalid: when the URI does not name one file.
    """
    try:
        location = parse(uri) if "://" in uri else None
    except ConfigurationError:
        location = None
    if location is None or not location.key or location.key.endswith("/"):
        raise RequestInvalid(f"{field} is {redact(uri)!r}; give the URI of one file: {object_examples()}", field=field)
    return uri


def _location(uri: str) -> str:
    try:
        location = parse(uri) if "://" in uri else None
    except ConfigurationError:
        location = None
    if location is None or not scheme_of(location.scheme).takes_outputs:
        raise RequestInvalid(f"output is {redact(uri)!r}; outputs go to {output_examples()}", field="output")
    return uri.rstrip("/") + "/"


def _callbacks(urls: Sequence[str]) -> tuple[Target, ...]:
    used = urls[:CALLBACKS]
    for index, url in enumerate(used):
        _check_url(url, f"callbacks.{index}")
        if url.endswith("/"):
            raise RequestInvalid(
                f"callbacks.{index} ends with a slash; give the URL of the page that takes callbacks", field="callbacks"
            )
    return tuple(Target(kind="url", address=url, body="brightcove") for url in used)


def _target(notification: Notification, index: int, account: Account) -> Target:
    field, target = f"notify.{index}", notification.target
    check_target(target, account, field=field)
    if problem := target.definition.problem(target.address):
        raise RequestInvalid(f"{field}.{target.kind} {problem}", field=f"{field}.{target.kind}")
    return target


def _check_url(url: str, field: str) -> None:
    if problem := url_problem(url):
        raise RequestInvalid(f"{field} {problem}", field=field)
