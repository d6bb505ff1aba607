import { Box } from "@chakra-ui/react";
import { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Mark, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef } from "react";

import { COLOURS, LOOK } from "../../parts/codeLook";
import type { Diagnostic } from "../../rest/definitions";
import { smallestChange, startState, textOf } from "./text";

/** What the page asks of the editor of the text. */
export interface YamlHandle {
  undo: () => void;
  redo: () => void;
  /** Shows a place of the text; the focus goes there where it is wanted. */
  reveal: (at: number, focus?: boolean) => void;
}

interface Props {
  label: string;
  text: string;
  readOnly: boolean;
  diagnostics: Diagnostic[];
  handle: React.RefObject<YamlHandle | null>;
  onChange: (text: string) => void;
  onPlace: (at: number) => void;
}

/** The text of a workflow in an editor with line numbers, colours and marks of mistakes. */
export function YamlEditor({ label, text, readOnly, diagnostics, handle, onChange, onPlace }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef({ onChange, onPlace });
  const first = useRef({ text, readOnly, label });
  const locked = useRef(new Compartment());

  useEffect(() => {
    told.current = { onChange, onPlace };
  });

  useEffect(() => {
    const { text: start, readOnly: isLocked, label: name } = first.current;
    const listener = EditorView.updateListener.of((update) => {
      if (update.docChanged) told.current.onChange(textOf(update.state));
      if (update.selectionSet && update.view.hasFocus) told.current.onPlace(offsetIn(update.state, update.state.selection.main.head));
    });
    const parts = [
      lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), indentUnit.of("  "), yaml(), syntaxHighlighting(COLOURS), LOOK,
      keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0" }), EditorView.lineWrapping,
      locked.current.of(EditorState.readOnly.of(isLocked)), listener,
    ];
    view.current = new EditorView({ state: startState(start, parts), parent: place.current! });
    return () => view.current?.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: locked.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || textOf(editor.state) === text) return;
    const lines = editor.state.toText(text);
    const { start, end, insert } = smallestChange(editor.state.doc.toString(), lines.toString());
    editor.dispatch({ changes: { from: start, to: end, insert: editor.state.toText(insert) } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnostics.map((each) => markOf(editor.state.doc, each))));
  }, [diagnostics]);

  useImperativeHandle(handle, () => ({
    undo: () => void undo(view.current!),
    redo: () => void redo(view.current!),
    reveal: (at, focus = false) => {
      const editor = view.current!;
      const anchor = Math.min(editor.state.doc.length, positionOf(editor.state, at));
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      if (focus) editor.focus();
    },
  }));

  return <Box ref={place} data-testid="yaml" h="100%" minH="200px" borderWidth="1px" borderRadius="md" overflow="hidden" />;
}

/** An editor counts every line break as one character; a text may have two. */
const offsetIn = (state: EditorState, position: number): number => position + (state.lineBreak.length - 1) * (state.doc.lineAt(position).number - 1);

function positionOf(state: EditorState, offset: number): number {
  if (state.lineBreak.length === 1) return offset;
  return offset - (textOf(state).slice(0, offset).split(state.lineBreak).length - 1);
}

/** Marks the rest of the line from a place of a text. */
function markOf(doc: Text, { line, column, severity, message, hint }: Diagnostic): Mark {
  const at = doc.line(Math.min(Math.max(1, line ?? 1), doc.lines));
  const from = Math.min(at.from + Math.max(0, (column ?? 1) - 1), at.to);
  return { from, to: Math.max(from, at.to), severity, message: [message, hint].filter(Boolean).join("\n") };
}
