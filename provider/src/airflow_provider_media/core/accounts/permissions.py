"""Permissions of an account: checked when a job is submitted, and again on the worker that uses them."""

from __future__ import annotations

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import LocationForbidden, RequestInvalid
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.media.uri import redact


def check_source(source: str, account: Account) -> None:
    """Check that an account may read a source.

    :raises LocationForbidden: when the account may not read it.
    """
    if not account.may_read(source):
        raise _forbidden("source", source, account)


def check_output(location: str, account: Account, *, written: str | None) -> None:
    """Check that an account may write to an output location.

    :param written: location set by the author of the workflow or of the account; it needs no further permission.
    :raises LocationForbidden: when the account may not write there.
    """
    if location != written and not account.may_write(location):
        raise _forbidden("output", location, account)


def check_target(target: Target, account: Account, *, field: str) -> None:
    """Check that an account may use the Airflow connection of a target.

    :param field: the target's place in the request.
    :raises RequestInvalid: when the account may not use it.
    """
    used = target.connection or target.definition.connection
    if used is not None and used not in account.connections:
        raise RequestInvalid(
            f"{field}.connection: account {account.name!r} may not use the connection {used!r}; its administrator lists"
            " those that it may use in include/queues.yaml",
            field=f"{field}.connection",
        )


def _forbidden(field: str, uri: str, account: Account) -> LocationForbidden:
    return LocationForbidden(
        f"{field}: account {account.name!r} may not use {redact(uri)!r}; its administrator lists the places that it may"
        f" use under {field}s in include/queues.yaml",
        field=field,
    )
