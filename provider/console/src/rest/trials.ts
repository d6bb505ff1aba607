import { useQuery } from "@tanstack/react-query";

import type { Schema } from "../workflows/editor/schema";
import { change, load, read } from "./client";

/** A preset: settings with a name, which an output takes over. */
export interface Preset {
  name: string;
  kind: string;
  description: string;
  settings: Record<string, unknown>;
}

export interface PlannedOutput {
  name: string;
  kind: string;
  units?: number;
  files?: number | string[];
  estimated_bytes?: number | null;
  width?: number | null;
  height?: number | null;
}

/** What a workflow would make of a source. */
export interface Plan {
  source: { duration?: number | null; width?: number | null; height?: number | null; [fact: string]: unknown };
  outputs: PlannedOutput[];
  units: Array<{ name: string; output?: string; outputs?: string[]; weight?: number; estimated_seconds?: number | null }>;
  warnings: Array<string | { code: string; message: string }>;
  [fact: string]: unknown;
}

const FOR_EVER = { staleTime: Infinity };

export const useWorkflowSchema = () => useQuery({ queryKey: ["workflow schema"], queryFn: () => read<Schema>("workflow-schema"), ...FOR_EVER });

export const usePresets = () => useQuery({ queryKey: ["presets"], queryFn: () => read<{ presets: Preset[] }>("presets"), ...FOR_EVER });

export const plan = (account: string, content: { text: string; source: string }): Promise<Plan> => change("POST", `accounts/${account}/plans`, content);

/** Makes the picture of an output at a moment, in seconds. */
export const picture = (account: string, content: { text: string; source: string; output: string; at: number }): Promise<Blob> =>
  load(`accounts/${account}/pictures`, content);
