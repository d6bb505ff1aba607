"""Notification: a target of announcements as workflow files and requests write it."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, SerializerFunctionWrapHandler, create_model, model_serializer, model_validator

from airflow_provider_media.core.announcements.target import BodyShape, Mode, Target
from airflow_provider_media.core.announcements.target_kind import TargetKind
from airflow_provider_media.core.announcements.targets import ONE_ADDRESS, TARGETS
from airflow_provider_media.core.outputs.spec import Spec

ADDRESS_LENGTH = 4096
Connection = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]


def _address_field(kind: TargetKind) -> Any:
    address = Annotated[str, Field(min_length=1, max_length=ADDRESS_LENGTH, pattern=kind.pattern)]
    return (address | None, Field(default=None, description=kind.description))


Addresses = create_model("Addresses", __base__=Spec, **{name: _address_field(kind) for name, kind in TARGETS.items()})
"""One optional field for each kind of target."""


class Notification(Addresses):
    """A target of notifications: exactly one address."""

    mode: Mode = "finish"
    """``finish`` announces only the end of a job, ``change`` every change of state."""
    body: BodyShape = "standard"
    """``brightcove`` uses the form of Brightcove's Dynamic Ingest."""
    connection: Connection | None = None
    """Airflow connection with the signing secret of a URL, or with the AWS account (``aws_default`` when absent).

    A request may name only the ``connections`` of its account.
    """

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if len(self._given()) != 1:
            raise ValueError(f"a notification goes to one target: {ONE_ADDRESS}")
        return self

    # A frozen workflow holds no field of targets that it does not use, so it stays valid, and its hash the same,
    # whatever targets are installed.
    @model_serializer(mode="wrap")
    def _without_absent_addresses(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None or name not in TARGETS}

    def _given(self) -> dict[str, str]:
        addresses = {name: getattr(self, name) for name in TARGETS}
        return {name: address for name, address in addresses.items() if address is not None}

    @property
    def target(self) -> Target:
        """The target that the notification describes."""
        ((kind, address),) = self._given().items()
        return Target(kind=kind, address=address, mode=self.mode, body=self.body, connection=self.connection)
