"""The demo's state machines: shipped ones, run on the clip while its job runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demo.job import OUTPUTS, client

if TYPE_CHECKING:
    from demo.stack import Stack

API = "/media/v1/state-machines"
RUNNING = "RUNNING"
INPUTS: Mapping[str, Mapping[str, Any]] = {
    "previews": {},
    # Two slices of the five seconds, and small, so that the demo stays short.
    "sliced_transcode": {"height": 240, "slice_seconds": 3},
}
"""What each machine takes besides source and location."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """An execution that was started."""

    machine: str
    name: str

    @property
    def address(self) -> str:
        """Where the API tells of it."""
        return f"{API}/{self.machine}/executions/{self.name}"


def start(stack: Stack, source: str) -> list[Execution]:
    """Start each machine on an uploaded clip."""
    topic = client(stack, "sns").create_topic(Name="previews")["TopicArn"]
    # The clip lies in a folder of its own, whose name no other run of the demo has.
    folder = source.split("/")[-2]
    started = [Execution(machine=machine, name=f"demo-{folder}") for machine in INPUTS]
    for each in started:
        stack.wait_for_dag(f"state_machine_{each.machine}")
        common = {"source": source, "location": f"s3://{OUTPUTS}/machines/{folder}/{each.machine}/"}
        given = {**common, **INPUTS[each.machine], **({"topic": topic} if each.machine == "previews" else {})}
        stack.api("POST", f"{API}/{each.machine}/executions", {"name": each.name, "input": given})
    return started


def outcomes(
    stack: Stack, started: list[Execution], *, timeout_seconds: float
) -> Iterator[tuple[Execution, dict[str, Any]]]:
    """Each execution once it has ended, with what the API tells of it."""
    for each in started:
        told: dict[str, Any] = {}

        def ended(each: Execution = each, told: dict[str, Any] = told) -> bool:
            told.update(stack.api("GET", each.address))
            return bool(told["status"] != RUNNING)

        stack.wait_until(ended, what=f"the state machine {each.machine}", timeout_seconds=timeout_seconds)
        yield each, told


def line(stack: Stack, execution: Execution, told: Mapping[str, Any]) -> str:
    """What the demo prints of an execution: its name, how it ended, and its page or error."""
    page = f"{stack.airflow_url}{execution.address}/page"
    error = f"  {told['error']}: {told['cause']}" if told.get("error") else ""
    return f"  {execution.machine:17} {told['status'].lower():10} {page}{error}"
