import type { Diagnostic } from "../../rest/definitions";
import type { Preset } from "../../rest/trials";
import { type Fields, isFields, type Path } from "./source";

/** A part of a workflow that has a box or a form: `output mp4` is an output of this name. */
export type Part = "general" | "source" | "destination" | "notifications" | `output ${string}`;

export const outputPart = (name: string): Part => `output ${name}`;

/** Returns the name of an output's part, and undefined for other parts. */
export const outputName = (part: Part): string | undefined => (part.startsWith("output ") ? part.slice("output ".length) : undefined);

const SOURCE_FIELDS = ["trigger", "schedule", "timezone"];

/** Returns the part to which a place of the text belongs. */
export function partOf([first, second]: Path): Part {
  if (first === "outputs" && second !== undefined) return outputPart(String(second));
  if (first === "output") return "destination";
  if (first === "notifications") return "notifications";
  return SOURCE_FIELDS.includes(String(first)) ? "source" : "general";
}

/** Returns the path of a part's own text; undefined for the general part. */
export function pathOf(part: Part): Path | undefined {
  const output = outputName(part);
  if (output !== undefined) return ["outputs", output];
  return { general: undefined, source: ["trigger"], destination: ["output"], notifications: ["notifications"] }[part as "source"];
}

export const outputsOf = (value: Fields | undefined): Record<string, Fields> => {
  const outputs = value?.["outputs"];
  if (!isFields(outputs)) return {};
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, isFields(output) ? output : {}]));
};

/** Returns the kind of an output: its own, or that of its preset. */
export function kindOfOutput(output: Fields, presets: Preset[]): string {
  const preset = presets.find(({ name }) => name === output["preset"]);
  return String(output["kind"] ?? preset?.kind ?? "");
}

/** Returns a name that no output has: the wanted one, or with a number. */
export function freeName(wanted: string, taken: Record<string, unknown>): string {
  const base = wanted.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "_");
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (!(name in taken)) return name;
  }
}

/** Returns what a check says about a part. */
export const diagnosticsOf = (part: Part, diagnostics: Diagnostic[]): Diagnostic[] => diagnostics.filter(({ path }) => partOf(path) === part);
