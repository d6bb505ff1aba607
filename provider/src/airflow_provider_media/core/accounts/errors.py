"""Errors of requests, and of the accounts that they name."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class RequestInvalid(SubmissionError):
    """The request is not valid."""

    code = "request_invalid"
    advice = "Correct the field that the message names; /media/docs lists all fields."


class PriorityUnknown(SubmissionError):
    """There is no such priority."""

    code = "priority_unknown"
    advice = "Send `normal` or `low`."


class AccountUnknown(SubmissionError):
    """There is no such account."""

    code = "account_unknown"
    advice = "Send an account's name from include/queues.yaml, and check your rights to its ingest queue's DAG."


class LocationForbidden(SubmissionError):
    """The account may not use this location."""

    code = "location_forbidden"
    advice = "Choose a location of the account, or add this one to `sources` or `outputs` in include/queues.yaml."
