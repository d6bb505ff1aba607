"""StateOperator: one task for one state. The state language's own code processes the state's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import (  # type: ignore[attr-defined]  # airflow/sdk/__init__.pyi forgets NEVER_EXPIRE
    NEVER_EXPIRE,
    BaseOperator,
)
from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_media.airflow_contract.xcom import DEFINITION, ENTERED_AT, STATE_INPUT, WAITS_UNTIL
from airflow_provider_media.core.statelang import State, StateError, View
from airflow_provider_media.core.statelang.definition.states import ChoiceState, TaskState
from airflow_provider_media.core.statelang.engine.one_state import (
    Again,
    after_error,
    after_result,
    choose,
    waits_until,
    without_work,
)
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.state_machines.native import passing
from airflow_provider_media.state_machines.native.passing import Parcel, Place

if TYPE_CHECKING:
    from airflow.sdk import Context

COLOURS = {"Choice": "#fff4d6", "Wait": "#efe7fb", "Succeed": "#dcf5e3", "Fail": "#fde2e1", "Task": "#e3f2fd"}
USED = "used"
"""Key in the task state store for the number of retries so far, by retrier. The store outlives the task's attempts."""


class AgainLater(Exception):
    """A retry of the state is due; the retry policy reads the delay."""

    def __init__(self, message: str, delay_seconds: float) -> None:
        super().__init__(message, delay_seconds)
        self.delay_seconds = delay_seconds


class DefinedRetryPolicy(RetryPolicy):
    """Retries from the definition's ``Retry`` field."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Retry after the delay that the state has computed, else fail."""
        if isinstance(exception, AgainLater):
            return RetryDecision.retry(timedelta(seconds=exception.delay_seconds), str(exception.args[0]))
        return RetryDecision.fail("The definition has no Retry for this error.")

    def serialize(self) -> dict[str, Any]:
        """Return an empty mapping: the policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> DefinedRetryPolicy:  # noqa: ARG003 - Airflow's signature
        """Return a new policy: there are no settings to restore."""
        return cls()


class StateOperator(BaseOperator):
    """Run a state that does its work alone: Pass, Choice, Succeed or Fail.

    A task runs when an upstream task has succeeded, and skips itself when the run took another path. So the operator
    also works inside mapped groups, where Airflow's own branching operators do not.

    :param place: place of the task in the graph.
    :param freezes: the definition, in the first task of a run.
    :param replaced_at: runs that started at or after this time have another definition in the same DAG.
    """

    template_fields: Sequence[str] = ()

    def __init__(
        self,
        *,
        place: Place,
        freezes: Mapping[str, Any] | None = None,
        replaced_at: datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.place = place
        self.freezes = freezes
        self.replaced_at = replaced_at

    def execute(self, context: Context) -> Any:
        """Return the output of the state."""
        parcel, state = self.entered(context)
        return self.exit_state(context, state, parcel, at=_now())

    def entered(self, context: Context) -> tuple[Parcel, State]:
        """Return the parcel that the state receives, and the state.

        :raises AirflowSkipException: when the run did not reach this state.
        """
        if self.replaced_at is not None and context["dag_run"].run_after >= self.replaced_at:
            raise AirflowSkipException("The run has the machine's present definition, which the last task follows.")
        if self.freezes is not None:
            context["ti"].xcom_push(key=DEFINITION, value=self._frozen(context, self.freezes))
        parcel = passing.arrived(context, self.place)
        if parcel is None:
            raise AirflowSkipException(f"The run did not come to {self.place.state!r}.")
        context["ti"].xcom_push(key=STATE_INPUT, value=parcel.value)
        return parcel, passing.state_in(passing.machine_of(context, self.place), self.place.state)

    def _frozen(self, context: Context, definition: Mapping[str, Any]) -> Any:
        """Return the definition as it was at this task's first try, before any wait or clear.

        A later change of the definition's file has no effect on the run.
        """
        kept = context["task_state_store"].get(DEFINITION)
        if kept is None:
            kept = dict(definition)
            context["task_state_store"].set(DEFINITION, kept, retention=NEVER_EXPIRE)
        return kept

    def exit_state(self, context: Context, state: State, parcel: Parcel, *, at: datetime, event: Any = None) -> Any:
        """Do the state's work and pass the result on. Retry and Catch handle an error, or the task fails."""
        used = self.used(context, state)
        view = passing.view_in(context, self.place, state, parcel, at=at, used=used)
        try:
            transition = self.transition(context, state, view, event)
        except StateError as raised:
            transition = self.after(context, state, view, located(raised, state), used)
        return passing.send(context, parcel, transition)

    def transition(self, context: Context, state: State, view: View, event: Any) -> Transition:
        """Return the transition of the state.

        :raises StateError: when the state fails.
        """
        if isinstance(state, ChoiceState):
            return choose(state, view)
        return after_result(state, view, without_work(state, view))

    def after(self, context: Context, state: State, view: View, error: StateError, used: tuple[int, ...]) -> Transition:
        """Return the transition of the catcher that matches an error.

        :raises AgainLater: when a retry of the state is due.
        :raises AirflowFailException: when nothing catches the error.
        """
        try:
            following = after_error(state, view, error, used)
        except StateError as uncaught:
            # A cleared task starts the state again, with all its retries.
            context["task_state_store"].delete(USED)
            passing.fail_with(context, uncaught, _now())
            raise AirflowFailException(error_text(uncaught)) from error
        if isinstance(following, Again):
            context["task_state_store"].set(USED, list(following.used))
            raise AgainLater(error_text(error), following.delay_seconds)
        self.log.info("%s was caught", error_text(error))
        return following

    def used(self, context: Context, state: State) -> tuple[int, ...]:
        """Return the number of retries so far, by retrier."""
        none = (0,) * len(state.retry)
        if not isinstance(state, TaskState) or not state.retry or context["ti"].try_number <= 1:
            return none
        used: Any = context["task_state_store"].get(USED)
        return tuple(used or none)


class WaitStateOperator(StateOperator):
    """Run a Wait state, in the triggerer."""

    def execute(self, context: Context) -> Any:
        """Defer until the end of the wait."""
        parcel, state = self.entered(context)
        at = _now()
        view = passing.view_in(context, self.place, state, parcel, at=at)
        try:
            until = waits_until(state, view)  # type: ignore[arg-type]  # the factory gives it no other state
        except StateError as raised:
            return passing.send(context, parcel, self.after(context, state, view, located(raised, state), ()))
        if until > at:
            # Not as kwargs of the resumption: those are lost where a DAG is tested in one process.
            context["ti"].xcom_push(key=ENTERED_AT, value=at.isoformat())
            context["ti"].xcom_push(key=WAITS_UNTIL, value=until.isoformat())
            self.defer_until(until)
        return self.exit_state(context, state, parcel, at=at)

    def defer_until(self, moment: datetime) -> NoReturn:
        """Free the worker until a moment."""
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        self.defer(trigger=DateTimeTrigger(moment=moment), method_name=self.waited.__name__)
        raise AssertionError  # pragma: no cover - deferring raises

    def waited(self, context: Context, event: Any = None) -> Any:
        """Continue after the wait.

        When the event was that of another task, the wait goes on (see ``waiting.wait.Wait``).
        """
        index = context["ti"].map_index if self.place.mapped else None
        until = datetime.fromisoformat(passing.pulled(context, self.task_id, WAITS_UNTIL, index))
        if until > _now():
            self.defer_until(until)
        parcel, state = self.entered(context)
        at = passing.pulled(context, self.task_id, ENTERED_AT, index)
        return self.exit_state(context, state, parcel, at=datetime.fromisoformat(at), event=event)


def located(error: StateError, state: State) -> StateError:
    """Return an error whose cause names the state. A DAG has no event numbers to add."""
    if not error.located:
        return error
    return StateError(
        error.error, f"An error occurred while executing the state '{state.name}'. {error.cause}", also=error.also
    )


def error_text(error: StateError) -> str:
    """Return an error as text for people."""
    return f"{error.error or 'an error without a name'}: {error.cause or 'no cause was given'}"


def _now() -> datetime:
    return datetime.now(UTC)
