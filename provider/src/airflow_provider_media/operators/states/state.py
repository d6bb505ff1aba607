"""StateOperator: one state, one task. What the state does with its data is the state language's own code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import NEVER_EXPIRE, BaseOperator
from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_media.core.statelang import State, StateError, View
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.core.statelang.one_state import Again, after_error, after_result, choose, waits_until, without_work
from airflow_provider_media.core.statelang.states import ChoiceState, TaskState
from airflow_provider_media.operators.states import passing
from airflow_provider_media.operators.states.passing import FROZEN, INPUT, Parcel, Place

if TYPE_CHECKING:
    from airflow.sdk import Context

COLOURS = {"Choice": "#fff4d6", "Wait": "#efe7fb", "Succeed": "#dcf5e3", "Fail": "#fde2e1", "Task": "#e3f2fd"}
ENTERED_AT, WAITS_UNTIL = "entered_at", "waits_until"
USED = "used"
"""Key, in the state that a task keeps over its attempts, of the retries so far by retrier."""


class AgainLater(Exception):
    """The state is to be tried again; the retry policy reads when."""

    def __init__(self, message: str, delay_seconds: float) -> None:
        super().__init__(message, delay_seconds)
        self.delay_seconds = delay_seconds


class DefinedRetryPolicy(RetryPolicy):
    """Retries as the definition's ``Retry`` says."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None) -> RetryDecision:
        """Retry after the delay that the state has found, else not at all."""
        if isinstance(exception, AgainLater):
            return RetryDecision.retry(timedelta(seconds=exception.delay_seconds), str(exception.args[0]))
        return RetryDecision.fail("The definition has no Retry for this error.")

    def serialize(self) -> dict[str, Any]:
        """The policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> DefinedRetryPolicy:  # noqa: ARG003 - Airflow's signature
        """The policy has no settings."""
        return cls()


class StateOperator(BaseOperator):
    """Run a state that needs nobody else: Pass, Choice, Succeed, Fail.

    A task runs when one that leads to it has ended well, and skips itself where the run has gone another way; so it is right inside
    mapped groups too, where branching by Airflow's own operators is not.

    :param place: where in the graph it is.
    :param freezes: the definition, in the first task of a run.
    :param replaced_at: runs that were started since have another definition, in the same DAG.
    """

    template_fields: Sequence[str] = ()

    def __init__(
        self, *, place: Place, freezes: Mapping[str, Any] | None = None, replaced_at: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.place = place
        self.freezes = freezes
        self.replaced_at = replaced_at

    def execute(self, context: Context) -> Any:
        """Answer with the state's output."""
        parcel, state = self.entered(context)
        return self.exit_state(context, state, parcel, at=_now())

    def entered(self, context: Context) -> tuple[Parcel, State]:
        """What the state gets, and the state.

        :raises AirflowSkipException: where the run did not come this way.
        """
        if self.replaced_at is not None and context["dag_run"].run_after >= self.replaced_at:
            raise AirflowSkipException("The run has the machine's present definition, which the last task follows.")
        if self.freezes is not None:
            context["ti"].xcom_push(key=FROZEN, value=self._frozen(context, self.freezes))
        parcel = passing.arrived(context, self.place)
        if parcel is None:
            raise AirflowSkipException(f"The run did not come to {self.place.state!r}.")
        context["ti"].xcom_push(key=INPUT, value=parcel.value)
        return parcel, passing.state_in(passing.machine_of(context, self.place), self.place.state)

    def _frozen(self, context: Context, definition: Mapping[str, Any]) -> Any:
        """The definition as it was when this task came first, whatever has become of its file since: before a wait, or before a clear."""
        kept = context["task_state_store"].get(FROZEN)
        if kept is None:
            kept = dict(definition)
            context["task_state_store"].set(FROZEN, kept, retention=NEVER_EXPIRE)
        return kept

    def exit_state(self, context: Context, state: State, parcel: Parcel, *, at: datetime, event: Any = None) -> Any:
        """Do the work and go on; an error goes the way of Retry and Catch, or fails the task."""
        used = self.used(context, state)
        view = passing.view_in(context, self.place, state, parcel, at=at, used=used)
        try:
            transition = self.transition(context, state, view, event)
        except StateError as raised:
            transition = self.after(context, state, view, located(raised, state), used)
        return passing.send(context, parcel, transition)

    def transition(self, context: Context, state: State, view: View, event: Any) -> Transition:
        """Where the state goes.

        :raises StateError: where it fails.
        """
        if isinstance(state, ChoiceState):
            return choose(state, view)
        return after_result(state, view, without_work(state, view))

    def after(self, context: Context, state: State, view: View, error: StateError, used: tuple[int, ...]) -> Transition:
        """The way of a catcher.

        :raises AgainLater: where the state is to be tried again.
        :raises AirflowFailException: where nothing catches the error.
        """
        try:
            following = after_error(state, view, error, used)
        except StateError as uncaught:
            # Whoever clears the task lets the state begin anew, retries included.
            context["task_state_store"].delete(USED)
            passing.fail_with(context, uncaught, _now())
            raise AirflowFailException(error_text(uncaught)) from error
        if isinstance(following, Again):
            context["task_state_store"].set(USED, list(following.used))
            raise AgainLater(error_text(error), following.delay_seconds)
        self.log.info("%s was caught", error_text(error))
        return following

    def used(self, context: Context, state: State) -> tuple[int, ...]:
        """Retries so far by retrier."""
        none = (0,) * len(state.retry)
        if not isinstance(state, TaskState) or not state.retry or context["ti"].try_number <= 1:
            return none
        return tuple(context["task_state_store"].get(USED) or none)


class WaitStateOperator(StateOperator):
    """Wait, in the triggerer."""

    def execute(self, context: Context) -> Any:
        """Defer until the moment has come."""
        parcel, state = self.entered(context)
        at = _now()
        view = passing.view_in(context, self.place, state, parcel, at=at)
        try:
            until = waits_until(state, view)  # type: ignore[arg-type]  # the factory gives it no other state
        except StateError as raised:
            return passing.send(context, parcel, self.after(context, state, view, located(raised, state), ()))
        if until > at:
            # Not among the kwargs of the resumption, which are lost where a DAG is tested in one process.
            context["ti"].xcom_push(key=ENTERED_AT, value=at.isoformat())
            context["ti"].xcom_push(key=WAITS_UNTIL, value=until.isoformat())
            self.defer_until(until)
        return self.exit_state(context, state, parcel, at=at)

    def defer_until(self, moment: datetime) -> NoReturn:
        """Give the worker back until a moment has come."""
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        self.defer(trigger=DateTimeTrigger(moment=moment), method_name=self.waited.__name__)
        raise AssertionError  # pragma: no cover - deferring raises

    def waited(self, context: Context, event: Any = None) -> Any:
        """Go on after the wait; where the event was that of another task, the wait goes on (see ``waiting.wait.Wait``)."""
        index = context["ti"].map_index if self.place.mapped else None
        until = datetime.fromisoformat(passing.pulled(context, self.task_id, WAITS_UNTIL, index))
        if until > _now():
            self.defer_until(until)
        parcel, state = self.entered(context)
        at = passing.pulled(context, self.task_id, ENTERED_AT, index)
        return self.exit_state(context, state, parcel, at=datetime.fromisoformat(at), event=event)


def located(error: StateError, state: State) -> StateError:
    """An error with the state at which it happened told in its cause; a DAG has no numbers of events to tell besides."""
    if not error.located:
        return error
    return StateError(error.error, f"An error occurred while executing the state '{state.name}'. {error.cause}", also=error.also)


def error_text(error: StateError) -> str:
    """An error for people."""
    return f"{error.error or 'an error without a name'}: {error.cause or 'no cause was given'}"


def _now() -> datetime:
    return datetime.now(UTC)
