import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours of code: those of the host, so that both of its modes have enough contrast. */
export const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--chakra-colors-blue-fg)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--chakra-colors-green-fg)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--chakra-colors-purple-fg)" },
  { tag: tags.comment, color: "var(--chakra-colors-fg-muted)" },
]);

/** How an editor of code looks in the host's page. */
export const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--chakra-colors-bg)", color: "var(--chakra-colors-fg)" },
  "&.cm-focused": { outline: "2px solid var(--chakra-colors-blue-fg)" },
  ".cm-scroller": { overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--chakra-colors-bg-subtle)", color: "var(--chakra-colors-fg-muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--chakra-colors-bg-muted)" },
  ".cm-content": { caretColor: "var(--chakra-colors-fg)", fontFamily: "monospace" },
  ".cm-cursor": { borderLeftColor: "var(--chakra-colors-fg)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--chakra-colors-blue-muted)",
  },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--chakra-colors-bg-panel)", color: "var(--chakra-colors-fg)" },
});
