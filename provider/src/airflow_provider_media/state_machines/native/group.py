"""The two ends of a Parallel or Map state: inputs of branches and iterations, and their outputs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_media.airflow_contract.xcom import GROUP_INPUTS, GROUP_PARCEL, STATE_INPUT, TRANSITION
from airflow_provider_media.core.statelang import State, StateError, View
from airflow_provider_media.core.statelang.definition.states import MapState
from airflow_provider_media.core.statelang.engine.one_state import after_result, effective_input, item_input, map_items
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.core.statelang.errors import RUNTIME, TASK_FAILED
from airflow_provider_media.state_machines.native import passing
from airflow_provider_media.state_machines.native.passing import Parcel, Place
from airflow_provider_media.state_machines.native.state import StateOperator, located

if TYPE_CHECKING:
    from airflow.sdk import Context


class EnterOperator(StateOperator):
    """Open a Parallel or Map state: compute the inputs of its branches or iterations."""

    def execute(self, context: Context) -> list[Any]:
        """Return the inputs of the iterations; the tasks inside a Map are mapped over them."""
        parcel, state = self.entered(context)
        at = datetime.now(UTC)
        view = passing.view_in(context, self.place, state, parcel, at=at)
        context["ti"].xcom_push(key=GROUP_PARCEL, value=parcel.to_json())
        try:
            inside = _inside(state, view, parcel)
        except StateError as raised:
            passing.send(context, parcel, self.after(context, state, view, located(raised, state), ()))
            return []
        context["ti"].xcom_push(key=GROUP_INPUTS, value=inside)
        return [each["value"] for each in inside.get("iterations", [])]


def _inside(state: State, view: View, parcel: Parcel) -> dict[str, Any]:
    if not isinstance(state, MapState):
        return {
            "branch": Parcel(value=effective_input(state, view), variables=parcel.variables, item=parcel.item).to_json()
        }
    items = map_items(state, view)
    most = conf.getint("core", "max_map_length")
    if len(items) > most:
        raise StateError(RUNTIME, f"The Map has {len(items)} items; the option [core] max_map_length allows {most}.")
    pairs = (item_input(state, view, index, value) for index, value in enumerate(items))
    return {
        "iterations": [Parcel(value=value, variables=parcel.variables, item=item).to_json() for value, item in pairs]
    }


class ExitOperator(StateOperator):
    """Close a Parallel or Map state: combine the outputs, or handle an error inside.

    :param place: place of the state; its incoming edges are those of the opening task.
    :param opened: id of the opening task.
    :param ends: for each branch, or for the one processor, the ids of its possible last tasks.
    :param inside: ids of all tasks inside.
    :param mapped_inside: whether the tasks inside are mapped, one for each item.
    """

    def __init__(
        self,
        *,
        place: Place,
        opened: str,
        ends: tuple[tuple[str, ...], ...],
        inside: tuple[str, ...],
        mapped_inside: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(place=place, **kwargs)
        self.opened = opened
        self.ends = ends
        self.inside = inside
        self.mapped_inside = mapped_inside

    def execute(self, context: Context) -> Any:
        """Return the output of the state."""
        index = context["ti"].map_index if self.place.mapped else None
        caught = passing.pulled(context, self.opened, TRANSITION, index)
        if caught:
            context["ti"].xcom_push(key=TRANSITION, value=caught)
            return caught["parcel"]["value"]
        pushed = passing.pulled(context, self.opened, GROUP_PARCEL, index)
        inside = passing.pulled(context, self.opened, GROUP_INPUTS, index)
        if not pushed or inside is None:
            raise AirflowSkipException(f"The run did not come through {self.place.state!r}.")
        parcel = Parcel(**pushed)
        context["ti"].xcom_push(key=STATE_INPUT, value=parcel.value)
        state = passing.state_in(passing.machine_of(context, self.place), self.place.state)
        return self.exit_state(context, state, parcel, at=datetime.now(UTC), event=(inside, index))

    def transition(self, context: Context, state: State, view: View, event: Any) -> Transition:
        """Return the state's transition with the outputs of everything inside.

        :raises StateError: the earliest error inside.
        """
        inside, index = event
        count = len(inside["iterations"]) if self.mapped_inside else 1
        indexes: tuple[int | None, ...] = tuple(range(count)) if self.mapped_inside else (index,)
        ended = [_output(context, ends, each) for ends, each in product(self.ends, indexes)]
        if None in ended:
            raise self._earliest(context, indexes)
        return after_result(state, view, [each["value"] for each in ended if each is not None])

    def _earliest(self, context: Context, indexes: tuple[int | None, ...]) -> StateError:
        found = min(passing.errors_left(context, self.inside, indexes), key=lambda each: str(each["at"]), default=None)
        if found is None:
            return StateError(
                TASK_FAILED, f"A task inside {self.place.state!r} ended without an answer; its log may tell why."
            )
        return StateError(found["Error"], found["Cause"])


def _output(context: Context, ends: tuple[str, ...], index: int | None) -> dict[str, Any] | None:
    return next(_ended(context, ends, index), None)


def _ended(context: Context, tasks: tuple[str, ...], index: int | None) -> Iterator[dict[str, Any]]:
    for task in tasks:
        left = passing.pulled(context, task, TRANSITION, index)
        if left and left["next"] is None:
            yield left["parcel"]
