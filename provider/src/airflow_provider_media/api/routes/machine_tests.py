"""Routes that test a definition without an effect: one state, or a whole run with mocked tasks."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from airflow_provider_media.api import machine_test_examples as examples
from airflow_provider_media.api.accounts import Deliberate
from airflow_provider_media.api.answers import EVERYWHERE, answers, takes
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.machine_test_models import MockRunBody, MockRunView, StateTestBody, StateTestView
from airflow_provider_media.api.machine_test_work import answer_in_process, answer_mock_run, answer_state_test
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.statelang.engine.mock_run import MockRun
from airflow_provider_media.core.statelang.engine.state_test import StateTest
from airflow_provider_media.core.statelang.jsontext import Json, fits
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource
from airflow_provider_media.core.submission.request import validated

BODIES = (StateTestBody, MockRunBody)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
OF_TESTS = (
    *EVERYWHERE,
    "request_invalid",
    "cross_site_refused",
    "body_too_large",
    "media_type_unsupported",
    "machine_test_invalid",
    "machine_test_stopped",
    "machine_tests_busy",
)
router = APIRouter(prefix="/state-machines", tags=["state machines"], dependencies=[Deliberate])


@router.post(
    "/test-state",
    summary="Test one state of a definition",
    response_model=StateTestView,
    responses=answers(*OF_TESTS, "state_unknown", "mock_not_used", example=examples.STATE_TESTED),
    openapi_extra=takes(StateTestBody, examples.STATE_TEST),
)
def answer_test_of_state(request: Request, body: JsonBody) -> Response:
    """Return each step of a state's data flow, its output, and the state that follows.

    Like Step Functions' `TestState` with the inspection level `DEBUG`, but without any call: a mock answers in place of
    the state's task. In JSONPath, the steps are the input, the data after `InputPath`, `Parameters`, the result, and
    the data after `ResultSelector`, `ResultPath` and `OutputPath`. In JSONata, they are the input, `Arguments`, the
    result and `Output`. `Assign` has the assigned variables. Nothing is read, stored or sent, so every signed-in user
    may send a test. A test has ten seconds.
    """
    asked = validated(StateTestBody, body)
    _check_size(asked.input)
    test = StateTest(
        source=DefinitionSource.of(asked.definition),
        state=asked.state,
        input=asked.input,
        variables=asked.variables,
        context=asked.context,
        answer=None if asked.mock is None else asked.mock.answer(),
        retries=asked.retries,
    )
    with request.app.state.machine_test_limit.acquire():
        return _json(answer_in_process(answer_state_test, test))


@router.post(
    "/mock-runs",
    summary="Run a definition with mocked tasks",
    response_model=MockRunView,
    responses=answers(*OF_TESTS, "mock_missing", example=examples.MOCKS_RUN),
    openapi_extra=takes(MockRunBody, examples.MOCK_RUN),
)
def answer_run_with_mocks(request: Request, body: JsonBody) -> Response:
    """Run a state machine to its end with mocked tasks, and return its history and the visits of its states.

    No task is called: each Task state needs an answer under its name or its resource in `mocks`. The item reader and
    the result writer of a distributed Map are answered under the name of the Map. Waits and retry delays pass at once,
    in virtual time; retriers and catchers work. Nothing is read, stored or sent, so every signed-in user may run a
    definition. A run has ten seconds, 2,000 attempts of states, and 2 MiB of inputs and outputs in its history; later
    ones are left out.
    """
    asked = validated(MockRunBody, body)
    _check_size(asked.input)
    run = MockRun(
        source=DefinitionSource.of(asked.definition),
        input=asked.input,
        mocks={name: tuple(mock.answer() for mock in mocks) for name, mocks in asked.mocks.items()},
        name=asked.name,
        express=asked.type == "express",
    )
    with request.app.state.machine_test_limit.acquire():
        return _json(answer_in_process(answer_mock_run, run))


def _check_size(value: Json) -> None:
    if not fits(value, PAYLOAD_BYTES):
        raise RequestInvalid(f"input: has more than {PAYLOAD_BYTES} bytes as JSON; send a smaller one", field="input")


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
