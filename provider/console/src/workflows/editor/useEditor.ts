import { useCallback, useRef, useState } from "react";

import type { CodeHandle } from "../../parts/CodeEditor";
import { NotEditable } from "./NotEditable";
import { type Part, pathOf } from "./parts";
import { type Fields, nodeAt, read, startOf } from "./source";

/** The text that a page edits, and what it says. */
export interface Editor {
  text: string;
  setText: (text: string) => void;
  /** What the text says, or said before its last mistake. */
  value: Fields;
  isBroken: boolean;
  /** Why the last change of a form was not possible. */
  problem: NotEditable["reason"] | undefined;
  /** Changes the text by a form or the canvas, and tells whether that was possible. */
  edit: (change: (text: string) => string) => boolean;
  part: Part;
  /** Chooses a part; its place in the text is shown unless the choice came from there. */
  choose: (part: Part, from?: "text") => void;
  yaml: React.RefObject<CodeHandle | null>;
}

interface State {
  text: string;
  value: Fields;
  isBroken: boolean;
}

const stateOf = (text: string, before: Fields): State => {
  const { value } = read(text);
  return { text, value: value ?? before, isBroken: value === undefined };
};

/** Holds a text as the only truth; forms and canvas read what it says and change it. */
export function useEditor(start: string): Editor {
  const [state, setState] = useState(() => stateOf(start, {}));
  const [part, setPart] = useState<Part>("general");
  const [problem, setProblem] = useState<NotEditable["reason"]>();
  const yaml = useRef<CodeHandle>(null);
  const latest = useRef(start); // two changes may come before the page is drawn

  const setText = useCallback((text: string) => {
    latest.current = text;
    setProblem(undefined);
    setState(({ value }) => stateOf(text, value));
  }, []);
  const edit = useCallback(
    (change: (text: string) => string) => {
      try {
        setText(change(latest.current));
        return true;
      } catch (error) {
        if (!(error instanceof NotEditable)) throw error;
        setProblem(error.reason);
        return false;
      }
    },
    [setText],
  );
  const choose = useCallback((chosen: Part, from?: "text") => {
    setPart(chosen);
    const path = pathOf(chosen);
    const node = path && from !== "text" ? nodeAt(read(latest.current).contents, path) : null;
    if (node) requestAnimationFrame(() => yaml.current?.reveal(startOf(node))); // once the text is there
  }, []);
  return { ...state, setText, problem, edit, part, choose, yaml };
}
