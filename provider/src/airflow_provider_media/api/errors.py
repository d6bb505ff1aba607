"""Errors that only the API answers with."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class RateLimited(SubmissionError):
    """Too many requests; slow down."""

    code = "rate_limited"
    retryable = True
    advice = "Repeat the request after Retry-After seconds, or raise `requests_per_second` in include/queues.yaml."


class StateMachineNotExpress(SubmissionError):
    """The state machine is not express; start an execution of it instead of waiting for the result."""

    code = "state_machine_not_express"
    advice = "Start an execution, or set the type of the state machine to express."


class ExecutionsBusy(SubmissionError):
    """This server runs its limit of express executions; try again in a moment."""

    code = "executions_busy"
    retryable = True
    advice = "Send the request again in a second, or raise the option `[media] express_executions`."


class PreviewsBusy(SubmissionError):
    """This server makes its limit of plans, pictures and frames; try again in a moment."""

    code = "previews_busy"
    retryable = True
    advice = "Send the request again after the seconds in Retry-After, or raise the option `[media] previews`."


class MachineTestInvalid(SubmissionError):
    """The definition has errors and cannot be tested."""

    code = "machine_test_invalid"
    advice = "Correct the places that `detail.diagnostics` names, and send the test again."


class MachineTestStopped(SubmissionError):
    """The test took too long or too much memory and was stopped."""

    code = "machine_test_stopped"
    advice = "Look for an endless loop or a costly expression in the definition, or test it with a smaller input."


class MachineTestsBusy(SubmissionError):
    """This server runs as many tests of state machines as it may; try again in a moment."""

    code = "machine_tests_busy"
    retryable = True
    advice = "Wait until another test has ended, ten seconds at most, and send the test again."


class DefinitionChecksBusy(SubmissionError):
    """This server runs as many checks of definitions as it may; try again in a moment."""

    code = "definition_checks_busy"
    retryable = True
    advice = "Wait until another check has ended, ten seconds at most, and send the definition again."


class NotAuthenticated(SubmissionError):
    """Send a token of Airflow in the header Authorization: Bearer; POST /auth/token gives one."""

    code = "not_authenticated"
    advice = "Get a token by POST /auth/token and send it as Authorization: Bearer."


class Forbidden(SubmissionError):
    """You may look at this account, but not change anything in it."""

    code = "forbidden"
    advice = "Ask for the right to trigger runs of the DAG that stands for the account or the state machine."


class CrossSite(SubmissionError):
    """A cookie alone changes nothing: send a token in the header Authorization, or a header X-Requested-With."""

    code = "cross_site_refused"
    advice = "Send a token, or add the header X-Requested-With."


class BodyTooLarge(SubmissionError):
    """The body is too large."""

    code = "body_too_large"
    advice = "Send a smaller body; put large inputs into a storage and send their URI."


class MediaTypeRefused(SubmissionError):
    """The body must be JSON in UTF-8: send Content-Type: application/json and no Content-Encoding."""

    code = "media_type_unsupported"
    advice = "Send JSON in UTF-8 with Content-Type: application/json."


class UploadsOff(SubmissionError):
    """The account has no place for uploads; set uploads in include/queues.yaml."""

    code = "uploads_off"
    advice = "Set `uploads` of the account in include/queues.yaml, or upload to a storage of your own."


class NoRoute(SubmissionError):
    """There is nothing at this address; /media/docs lists what there is."""

    code = "not_found"
    advice = "Check the path against docs/reference/rest.md."


class MethodRefused(SubmissionError):
    """The method is not allowed here; the header Allow names those that are."""

    code = "method_not_allowed"
    advice = "Use a method of the header Allow."


class DatabaseUnavailable(SubmissionError):
    """Airflow's database does not answer; send the same again."""

    code = "database_unavailable"
    retryable = True
    advice = "Send the request again after the seconds in Retry-After."


class Internal(SubmissionError):
    """Something went wrong on the server; its log says what."""

    code = "internal_error"
    advice = "Look for the traceback in the API server's log and report it."
