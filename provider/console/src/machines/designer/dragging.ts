import type { DragEvent } from "react";

import { canInsert, type Spot } from "./edits";
import { idOf, type StateNode } from "./machineModel";
import type { PaletteItem } from "./stateKinds";

/** What a person drags: a new state, a state to another place, or a new link from a state. */
export type Dragged = { kind: "item"; item: PaletteItem } | { kind: "state"; state: StateNode } | { kind: "next" | "catch"; state: StateNode };

/** Whether what is dragged can be dropped at a place for states. */
export function fits(dragged: Dragged | undefined, spot: Spot): boolean {
  if (dragged?.kind === "item") return canInsert(dragged.item.type, spot);
  if (dragged?.kind !== "state" || spot.kind !== "link") return false;
  const { state } = dragged;
  const isOwn = spot.link.from === state.name || spot.link.to === state.name;
  return !isOwn && idOf(spot.link.scope) === idOf(state.path.slice(0, -2)) && !["Choice", "Succeed", "Fail"].includes(String(state.value.Type));
}

/** Whether a link from a state can lead to another one. */
export const reaches = (dragged: Dragged | undefined, to: StateNode): boolean =>
  (dragged?.kind === "next" || dragged?.kind === "catch") && idOf(dragged.state.path.slice(0, -2)) === idOf(to.path.slice(0, -2));

/** Attributes of an element that can be dragged. */
export const source = (dragged: Dragged, onDrag: (dragged: Dragged | undefined) => void) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => {
    event.stopPropagation();
    event.dataTransfer.setData("text/plain", dragged.kind === "item" ? dragged.item.name : dragged.state.name);
    event.dataTransfer.effectAllowed = "copyMove";
    // A change of the page at this moment would end the dragging in Chromium.
    setTimeout(() => onDrag(dragged));
  },
  onDragEnd: () => onDrag(undefined),
});

/** Attributes of an element where something can be dropped. */
export const target = (isOpen: boolean, onDrop: () => void) =>
  isOpen
    ? {
        onDragOver: (event: DragEvent) => event.preventDefault(),
        onDrop: (event: DragEvent) => {
          event.preventDefault();
          event.stopPropagation();
          onDrop();
        },
      }
    : {};
