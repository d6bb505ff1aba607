import type { Spot } from "./edits";
import { findState, idOf, isTerminal, type Machine, scopeAt, type StateNode, statesOf } from "./machineModel";

/** Where a state of the palette goes while no place is chosen: behind the chosen state, or at the end of the machine. */
export function spotAfter(machine: Machine, selected: StateNode | undefined): Spot | undefined {
  const scope = selected ? scopeAt(machine, selected.path.slice(0, -2)) : machine.top;
  if (selected && scope) {
    const own = scope.links.find(({ from, kind }) => from === selected.name && kind !== "catch");
    const before = scope.links.find(({ to }) => to === selected.name);
    const link = isTerminal(selected.value.Type) ? before : own;
    if (link) return { kind: "link", link };
  }
  const link = machine.top.links.findLast(({ to }) => to === null) ?? machine.top.links[0];
  return link && { kind: "link", link };
}

/** The innermost state around a place of the definition. */
export const stateAt = (machine: Machine, path: ReadonlyArray<string | number>): StateNode | undefined =>
  statesOf(machine).findLast((state) => idOf(path.slice(0, state.path.length)) === state.id) ?? findState(machine, idOf(path));
