import { useMemo } from "react";
import { useParams, useSearchParams } from "react-router-dom";

import { Busy } from "../../parts/Busy";
import { Failure } from "../../parts/Failure";
import { type Definition, useDefinition } from "../../rest/definitions";
import { usePresets, useWorkflowSchema } from "../../rest/trials";
import { setValue } from "./edits";
import { freeName } from "./parts";
import { Workbench } from "./Workbench";

const EMPTY = "name: new_workflow\ndescription: \"\"\n\noutputs: {}\n";

/** A new workflow, a copy of one (`?from=`), or one that is saved here or in a file. */
export default function EditorPage() {
  const { name = "" } = useParams();
  const [query] = useSearchParams();
  const from = name || query.get("from") || "";
  const { data: found, error, isFetching, refetch } = useDefinition("workflows", from);
  const schema = useWorkflowSchema();
  const presets = usePresets();
  const isCopy = name === "";
  const definition = useMemo(() => (isCopy ? started(found) : found), [isCopy, found]);
  const failed = error ?? schema.error ?? presets.error;
  if (failed) return <Failure error={failed} onRetry={() => void Promise.all([refetch(), schema.refetch(), presets.refetch()])} />;
  if ((from && (!found || isFetching)) || !definition || !schema.data || !presets.data) return <Busy />;
  return <Workbench definition={definition} schema={schema.data} presets={presets.data.presets} />;
}

/** Returns what a new workflow begins with: nothing but a name, or the text of another one. */
function started(original: Definition | undefined): Definition {
  const name = original ? freeName(`${original.name}_copy`, {}) : "";
  const text = original ? setValue(original.text, ["name"], name) : EMPTY;
  return { kind: "workflows", name: "", status: "draft", version: null, origin: "store", can_change: true, text, settings: "" };
}
