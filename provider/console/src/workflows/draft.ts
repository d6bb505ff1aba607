import type { WorkflowDocument } from "../rest/workflows";
import { targetsOf } from "./editor/canvas";
import { outputsOf } from "./editor/parts";
import { type Fields, isFields, read } from "./editor/source";

const text = (value: unknown): string => (typeof value === "object" || value === undefined ? "" : String(value));

/** What a workflow's text says, without presets and defaults; undefined where it is no mapping in YAML. */
export function readDraft(name: string, written: string): WorkflowDocument | undefined {
  const { value } = read(written);
  return value && documentOf(name, value);
}

function documentOf(name: string, value: Fields): WorkflowDocument {
  const { trigger, output } = value;
  const outputs = Object.entries(outputsOf(value)).map(([key, each]) => [key, { ...each, kind: text(each["preset"]) || text(each["kind"]) }] as const);
  const settings = {
    ...(isFields(trigger) && { trigger: { bucket: text(trigger["bucket"]), prefix: text(trigger["prefix"]) } }),
    output: isFields(output) && text(output["location"]) ? { location: text(output["location"]) } : {},
    outputs: Object.fromEntries(outputs),
    priority: text(value["priority"]),
  };
  return { name, hash: "", settings, notifications: targetsOf(value["notifications"]) };
}
