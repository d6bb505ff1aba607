import { Box, type BoxProps } from "@chakra-ui/react";
import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { redo, undo } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useImperativeHandle, useRef } from "react";

import type { Diagnostic } from "../rest/definitions";
import { COLOURS, LOOK } from "./codeLook";
import { lineBreakOf, markOf, offsetIn, positionIn, smallestChange, startState, textOf } from "./codeText";

/** What a page asks of its editor. */
export interface CodeHandle {
  undo: () => void;
  redo: () => void;
  /** Shows a place of the text; the focus goes there where it is wanted. */
  reveal: (offset: number, focus?: boolean) => void;
}

interface Props {
  label: string;
  /** Stays the same for the life of the component. */
  language: "json" | "yaml";
  text: string;
  readOnly: boolean;
  diagnostics: readonly Diagnostic[];
  complete?: CompletionSource;
  /** Whether undo takes back what other parts of the page have changed, too. */
  undoesAll?: boolean;
  height?: BoxProps["h"];
  handle?: React.Ref<CodeHandle>;
  onChange: (text: string) => void;
  onPlace?: (offset: number) => void;
}

const LANGUAGES = { json, yaml };
const SETTINGS = new Compartment();

/** A text with line numbers, colours, completion, and its mistakes marked where they are; Tab leaves it. */
export function CodeEditor(props: Props) {
  const { label, language, text, readOnly, diagnostics, complete, undoesAll = false, height = "100%", handle, onChange, onPlace } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const first = useRef(text);
  const told = useRef({ onChange, onPlace });
  useEffect(() => {
    told.current = { onChange, onPlace };
  });

  useEffect(() => {
    const listener = EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions, view: { hasFocus } }) => {
      const isByPerson = transactions.some((each) => !each.annotation(Transaction.remote));
      if (docChanged && isByPerson) told.current.onChange(textOf(state));
      if (selectionSet && hasFocus) told.current.onPlace?.(offsetIn(state, state.selection.main.head));
    });
    const parts = [basicSetup, lintGutter(), LANGUAGES[language](), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping, SETTINGS.of([]), listener];
    view.current = new EditorView({ parent: parent.current!, state: startState(first.current, parts) });
    return () => view.current?.destroy();
  }, [language]);

  const lineBreak = lineBreakOf(text);
  useEffect(() => {
    const settings = [
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorState.readOnly.of(readOnly),
      EditorState.lineSeparator.of(lineBreak),
      complete ? autocompletion({ override: [complete] }) : [],
    ];
    view.current?.dispatch({ effects: SETTINGS.reconfigure(settings) });
  }, [label, readOnly, lineBreak, complete]);

  useEffect(() => {
    const editor = view.current!;
    if (textOf(editor.state) !== text) replace(editor, text, undoesAll);
    editor.dispatch(setDiagnostics(editor.state, diagnostics.map((each) => markOf(editor.state, each))));
  }, [text, diagnostics, undoesAll]);

  useImperativeHandle(handle, () => ({
    undo: () => void undo(view.current!),
    redo: () => void redo(view.current!),
    reveal: (offset, focus = false) => {
      const editor = view.current!;
      const anchor = positionIn(editor.state, offset);
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      if (focus) editor.focus();
    },
  }));

  return <Box ref={parent} h={height} minH="200px" borderWidth="1px" borderRadius="md" overflow="hidden" />;
}

/** Puts in another text by the smallest change, so that the cursor stays where it is. */
function replace(editor: EditorView, text: string, canUndo: boolean): void {
  const { state } = editor;
  const { start, end, insert } = smallestChange(state.doc.toString(), state.toText(text).toString());
  const annotations = [Transaction.remote.of(true), Transaction.addToHistory.of(canUndo)];
  editor.dispatch({ changes: { from: start, to: end, insert: state.toText(insert) }, annotations });
}
