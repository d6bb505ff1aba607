import { Box, type BoxProps } from "@chakra-ui/react";
import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";

import { COLOURS, LOOK } from "./codeLook";

/** A mistake in a text; line and column count from 1. */
export interface Mark {
  line: number | null;
  column: number | null;
  severity: "error" | "warning";
  message: string;
}

interface Props {
  label: string;
  /** Stays the same for the life of the component. */
  language: "json" | "yaml";
  value: string;
  onChange?: (value: string) => void;
  readOnly?: boolean;
  marks?: readonly Mark[];
  complete?: CompletionSource | undefined;
  /** Offset to show, with a line of its own for each new object. */
  goTo?: { offset: number } | undefined;
  height?: BoxProps["h"];
}

const LANGUAGES = { json, yaml };
const SETTINGS = new Compartment();

/** A text with colours, completion, and its mistakes marked where they are. */
export function CodeEditor({ label, language, value, onChange, readOnly = false, marks, complete, goTo, height = "60vh" }: Props) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  });

  useEffect(() => {
    const told = EditorView.updateListener.of(({ docChanged, state, transactions }) => {
      const isByPerson = transactions.some((each) => !each.annotation(Transaction.remote));
      if (docChanged && isByPerson) changed.current?.(state.sliceDoc());
    });
    const extensions = [basicSetup, lintGutter(), LANGUAGES[language](), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping, told];
    const state = EditorState.create({ extensions: [...extensions, SETTINGS.of([])] });
    view.current = new EditorView({ parent: parent.current!, state });
    return () => view.current?.destroy();
  }, [language]);

  const isWindows = value.includes("\r\n");
  useEffect(() => {
    const settings = [
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorState.readOnly.of(readOnly),
      // Ends of lines stay as they are.
      EditorState.lineSeparator.of(isWindows ? "\r\n" : "\n"),
      complete ? autocompletion({ override: [complete] }) : [],
    ];
    view.current?.dispatch({ effects: SETTINGS.reconfigure(settings) });
  }, [label, readOnly, isWindows, complete]);

  useEffect(() => {
    if (view.current) replace(view.current, value);
    if (view.current) mark(view.current, marks ?? []);
  }, [value, marks]);
  useEffect(() => {
    if (goTo && view.current) show(view.current, goTo.offset);
  }, [goTo]);

  return <Box ref={parent} h={height} borderWidth="1px" borderRadius="md" overflow="hidden" />;
}

/** Puts in another text by the smallest change, so that the cursor stays where it is. */
function replace(editor: EditorView, value: string): void {
  const old = editor.state.sliceDoc();
  if (old === value) return;
  const [one, other] = [editor.state.toText(old).toString(), editor.state.toText(value).toString()];
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const insert = editor.state.toText(other.slice(start, other.length - end));
  editor.dispatch({ changes: { from: start, to: one.length - end, insert }, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
}

function mark(editor: EditorView, marks: readonly Mark[]): void {
  const { doc } = editor.state;
  const found = marks.map(({ line, column, severity, message }): Diagnostic => {
    const { from, to } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
    const start = Math.min(from + Math.max((column ?? 1) - 1, 0), to);
    return { from: start, to, severity, message };
  });
  editor.dispatch(setDiagnostics(editor.state, found));
}

function show(editor: EditorView, offset: number): void {
  const lines = editor.state.sliceDoc().slice(0, offset).split(editor.state.lineBreak).length;
  const { from } = editor.state.doc.line(Math.min(lines, editor.state.doc.lines));
  editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "start" }) });
}
