import { EditorState, type Extension } from "@codemirror/state";

/** Makes an editor's state of a text, whose line breaks stay as they are. */
export const startState = (text: string, extensions: Extension = []): EditorState =>
  EditorState.create({ doc: text, extensions: [EditorState.lineSeparator.of(separatorOf(text)), extensions] });

/** Returns the text of an editor with its own line breaks. */
export const textOf = (state: EditorState): string => state.sliceDoc();

/** A text whose lines end in different ways keeps the returns as characters of its lines. */
const separatorOf = (text: string): string => (/\r\n/.test(text) && !/(^|[^\r])\n/.test(text) ? "\r\n" : "\n");

/** Returns the smallest change that makes one text of another. */
export function smallestChange(from: string, to: string): { start: number; end: number; insert: string } {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  return { start, end: from.length - end, insert: to.slice(start, to.length - end) };
}
