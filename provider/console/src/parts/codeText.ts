import type { Diagnostic as Mark } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";

import type { Diagnostic } from "../rest/definitions";

/** Makes an editor's state of a text, whose line breaks stay as they are. */
export const startState = (text: string, extensions: Extension = []): EditorState =>
  EditorState.create({ doc: text, extensions: [extensions, EditorState.lineSeparator.of(lineBreakOf(text))] });

/** Returns the line break of a text; one whose lines end in different ways keeps the returns as characters of its lines. */
export const lineBreakOf = (text: string): string => (/\r\n/.test(text) && !/(^|[^\r])\n/.test(text) ? "\r\n" : "\n");

/** Returns the text of an editor with its own line breaks. */
export const textOf = (state: EditorState): string => state.sliceDoc();

/** Returns the smallest change that makes one text of another. */
export function smallestChange(from: string, to: string): { start: number; end: number; insert: string } {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  return { start, end: from.length - end, insert: to.slice(start, to.length - end) };
}

/** Returns the offset in a text of a position in its editor, which counts every line break as one character. */
export const offsetIn = (state: EditorState, position: number): number =>
  position + (state.lineBreak.length - 1) * (state.doc.lineAt(position).number - 1);

/** Returns the position in an editor of an offset in its text. */
export function positionIn(state: EditorState, offset: number): number {
  const breaks = textOf(state).slice(0, offset).split(state.lineBreak).length - 1;
  return Math.min(offset - (state.lineBreak.length - 1) * breaks, state.doc.length);
}

/** Marks the rest of the line from the place of a diagnostic. */
export function markOf({ doc }: EditorState, { line, column, severity, message, hint }: Diagnostic): Mark {
  const { from, to } = doc.line(Math.min(Math.max(1, line ?? 1), doc.lines));
  const start = Math.min(from + Math.max(0, (column ?? 1) - 1), to);
  return { from: start, to, severity, message: [message, hint].filter(Boolean).join("\n") };
}
