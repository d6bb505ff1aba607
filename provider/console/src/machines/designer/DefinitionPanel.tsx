import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { getLocation } from "jsonc-parser";
import { useCallback, useEffect, useRef, useState } from "react";

import { t } from "../../i18n";
import { CodeEditor, type CodeHandle } from "../../parts/CodeEditor";
import type { Diagnostic } from "../../rest/definitions";
import { ERRORS, OPERATORS } from "./forms/stateFields";
import { namesAt } from "./completion";
import { rangeOf } from "./jsonText";
import type { Machine, StateNode } from "./machineModel";

interface Props {
  text: string;
  machine: Machine | undefined;
  selected: StateNode | undefined;
  readOnly: boolean;
  marks: readonly Diagnostic[];
  onChange: (text: string) => void;
}

/** The definition as text, with completion and with its mistakes at their places. */
export function DefinitionPanel({ text, machine, selected, readOnly, marks, onChange }: Props) {
  const complete = useCallback(
    (context: CompletionContext): CompletionResult | null => {
      const word = context.matchBefore(/[\w.:$? -]*/);
      if (!word || (word.from === word.to && !context.explicit)) return null;
      const source = context.state.doc.toString();
      const { path, isAtPropertyKey } = getLocation(source, context.pos);
      const names = namesAt(path, isAtPropertyKey, machine, { errors: ERRORS, operators: OPERATORS });
      return names.length > 0 ? { from: word.from, options: names.map((label) => ({ label })), validFor: /^[\w.:$? -]*$/ } : null;
    },
    [machine],
  );
  // Another choice moves the text, an edit of it does not.
  const [shown, setShown] = useState<{ id: string; offset: number }>();
  if (shown?.id !== selected?.id) setShown(selected && { id: selected.id, offset: rangeOf(text, selected.path)?.start ?? 0 });
  const editor = useRef<CodeHandle>(null);
  useEffect(() => {
    if (shown) editor.current?.reveal(shown.offset);
  }, [shown]);
  return (
    <CodeEditor
      label={t("designerText")}
      language="json"
      text={text}
      readOnly={readOnly}
      diagnostics={marks}
      complete={complete}
      handle={editor}
      height={{ base: "60vh", lg: "100%" }}
      onChange={onChange}
    />
  );
}
