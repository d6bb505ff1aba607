"""Table of the kinds of notification targets. Schemas, checks, masking and deliveries are derived from it.

Other distributions add rows by the entry-point group ``airflow_provider_media.targets``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from airflow_provider_media.core.announcements.target_kind import TargetKind
from airflow_provider_media.core.entry_points import added_points, rows_by_name
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import redact

ENTRY_POINT_GROUP = "airflow_provider_media.targets"
DEFAULT_AWS = "aws_default"
"""Default connection for AWS targets."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset({"mode", "body", "connection", "type", "content", "context", "log", "target"})
"""Names that a notification or the notifier uses for something else."""


def url_problem(url: str) -> str | None:
    """Return what is wrong with the URL of a target, or None.

    A plain ``http`` URL passes here. At delivery, ``[media] announce_allow`` says which hosts may be called over plain
    ``http`` or on other ports.
    """
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # also raised for an invalid port
        return f"is {redact(url)!r}; give an https:// URL"
    if not is_complete:
        return f"is {redact(url)!r}; give an https:// URL"
    if "@" in parts.netloc:
        return "holds a user name or password; put secrets into an Airflow connection"
    return None


def url_warning(url: str) -> str | None:
    """Return what is doubtful about the URL of a target, or None."""
    if not url.startswith("http://"):
        return None
    return (
        "is plain http, which is called only where [media] announce_allow names its host:port: give an https:// URL if"
        " there is one"
    )


def queue_label(url: str) -> str:
    """Return the name of a queue: its URL begins with an endpoint and an account, which do not help people."""
    return f"sqs {redact(url).rpartition('/')[2]}"


def topic_label(arn: str) -> str:
    """Return the name of a topic."""
    return f"sns {arn.rpartition(':')[2]}"


def bus_label(arn: str) -> str:
    """Return the name of an event bus."""
    return f"eventbridge {arn.partition('event-bus/')[2]}"


BUILT_IN = (
    TargetKind(
        name="url",
        description="An ``https://`` URL.",
        problem=url_problem,
        warning=url_warning,
        sender="airflow_provider_media.hooks.senders.webhooks:send_webhook",
        async_sender="airflow_provider_media.hooks.senders.webhooks:asend_webhook",
    ),
    TargetKind(
        name="sqs",
        description="URL of an SQS queue.",
        pattern=r"^https?://[^/\s]+/\S+$",
        label=queue_label,
        connection=DEFAULT_AWS,
        sender="airflow_provider_media.hooks.senders.aws_messages:send_to_queue",
    ),
    TargetKind(
        name="sns",
        description="ARN of an SNS topic.",
        pattern=r"^arn:[^:\s]+:sns:[^:\s]*:[^:\s]*:\S+$",
        label=topic_label,
        connection=DEFAULT_AWS,
        sender="airflow_provider_media.hooks.senders.aws_messages:publish_to_topic",
    ),
    TargetKind(
        name="eventbridge",
        description="ARN of an EventBridge event bus.",
        pattern=r"^arn:[^:\s]+:events:[^:\s]*:[^:\s]*:event-bus/\S+$",
        label=bus_label,
        connection=DEFAULT_AWS,
        sender="airflow_provider_media.hooks.senders.eventbridge:put_event",
    ),
)
"""Kinds of targets of this distribution."""


def target_kinds() -> Mapping[str, TargetKind]:
    """Return the kinds of targets by their names: those of this distribution, then those of others.

    :raises ConfigurationError: when another distribution's target cannot be loaded, or its name is taken.
    """
    kinds = rows_by_name(BUILT_IN, added_points(ENTRY_POINT_GROUP), TargetKind)
    for name in kinds:
        if name in RESERVED or not NAME.fullmatch(name):
            raise ConfigurationError(
                f"A notification target cannot be named {name!r}. A name consists of lower case letters, digits and _,"
                f" and is none of {', '.join(sorted(RESERVED))}."
            )
    return kinds


TARGETS = target_kinds()
"""Kinds of targets by their names, which are the fields of a notification."""
ONE_ADDRESS = f"give exactly one of {', '.join(TARGETS)}"


def target_kind(name: str) -> TargetKind:
    """Return the kind of targets with a name.

    :raises ConfigurationError: when there is none, because the distribution that adds it is not installed here.
    """
    try:
        return TARGETS[name]
    except KeyError:
        raise ConfigurationError(
            f"{name!r} is no notification target here; known are {', '.join(TARGETS)}."
            " Install the distribution that adds it on every machine of this Airflow."
        ) from None
