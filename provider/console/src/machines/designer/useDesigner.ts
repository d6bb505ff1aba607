import { useCallback, useMemo, useReducer } from "react";

import type { Edited } from "./edits";
import { findState, type Machine, readMachine, type StateNode } from "./machineModel";

const STEPS = 200;

interface Draft {
  text: string;
  past: string[];
  future: string[];
  /** Changes with the same name in a row are undone together. */
  group: string | undefined;
  /** The machine of the last text that was JSON. */
  machine: Machine | undefined;
  selected: string | undefined;
  removed: string[];
}

type Step =
  | { do: "edit"; edited: Edited; group?: string | undefined }
  | { do: "undo" | "redo" }
  | { do: "select"; id: string | undefined };

const begin = (text: string): Draft => ({
  text,
  past: [],
  future: [],
  group: undefined,
  machine: readMachine(text),
  selected: undefined,
  removed: [],
});

function step(draft: Draft, { ...next }: Step): Draft {
  if (next.do === "select") return { ...draft, selected: next.id, group: undefined };
  if (next.do === "edit") {
    const { text, state = draft.selected, removed = [] } = next.edited;
    if (text === draft.text) return { ...draft, selected: state };
    const isSame = next.group !== undefined && next.group === draft.group;
    const past = isSame ? draft.past : [...draft.past, draft.text].slice(-STEPS);
    return { text, past, future: [], group: next.group, machine: readMachine(text) ?? draft.machine, selected: state, removed };
  }
  const [from, to] = next.do === "undo" ? ([draft.past, draft.future] as const) : ([draft.future, draft.past] as const);
  const text = from.at(-1);
  if (text === undefined) return draft;
  const [less, more] = [from.slice(0, -1), [...to, draft.text]];
  const [past, future] = next.do === "undo" ? [less, more] : [more, less];
  return { ...draft, text, past, future, group: undefined, machine: readMachine(text) ?? draft.machine, removed: [] };
}

export interface Designer {
  text: string;
  machine: Machine | undefined;
  /** Whether the text is no JSON now, so that the canvas shows an older one. */
  isBroken: boolean;
  selected: StateNode | undefined;
  /** States that the last edit has removed besides the one it was about. */
  removed: string[];
  canUndo: boolean;
  canRedo: boolean;
  edit: (edited: Edited, group?: string) => void;
  select: (id: string | undefined) => void;
  undo: () => void;
  redo: () => void;
}

/** A definition that is being edited. The text is what counts; all else is read from it. */
export function useDesigner(text: string): Designer {
  const [draft, send] = useReducer(step, text, begin);
  const edit = useCallback((edited: Edited, group?: string) => send({ do: "edit", edited, group }), []);
  const select = useCallback((id: string | undefined) => send({ do: "select", id }), []);
  const undo = useCallback(() => send({ do: "undo" }), []);
  const redo = useCallback(() => send({ do: "redo" }), []);
  const isBroken = useMemo(() => readMachine(draft.text) === undefined, [draft.text]);
  const selected = useMemo(() => draft.machine && draft.selected ? findState(draft.machine, draft.selected) : undefined, [draft.machine, draft.selected]);
  const { past, future, machine, removed } = draft;
  return { text: draft.text, machine, isBroken, selected, removed, canUndo: past.length > 0, canRedo: future.length > 0, edit, select, undo, redo };
}
