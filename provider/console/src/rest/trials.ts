import { useQuery } from "@tanstack/react-query";

import { loadHelp, translated } from "../i18n/help";
import type { Schema } from "../workflows/editor/schema";
import { change, load, read } from "./client";

/** A preset: settings with a name, which an output takes over. */
export interface Preset {
  name: string;
  /** The kind of output; null for a preset of any kind. */
  kind: string | null;
  description: string;
  settings: Record<string, unknown>;
}

/** A kind of file of a planned output: a file, a rung, an audio rendition or a series of pictures. */
export interface PlannedFile {
  name: string;
  count: number;
  codec: string;
  width: number | null;
  height: number | null;
  estimated_bytes: number;
}

export interface PlannedOutput {
  name: string;
  kind: string;
  units: string[];
  files: PlannedFile[];
  estimated_bytes: number;
  width: number | null;
  height: number | null;
}

/** What a workflow would make of a source. */
export interface Plan {
  source: { size: number; duration: number; video: { codec: string; width: number; height: number; frame_rate: number; dynamic_range: string } | null };
  outputs: PlannedOutput[];
  units: Array<{ name: string; outputs: string[]; estimated_processor_seconds: number }>;
  estimated_bytes: number;
  estimated_processor_seconds: number;
  choices: string[];
  is_in_one_task: boolean;
  warnings: Array<{ code: string; message: string; output: string | null }>;
}

/** A picture of an output at a moment in seconds; of a ladder's largest rung where none is named. */
export interface PictureRequest {
  text: string;
  source: string;
  output: string;
  rendition?: string;
  at: number;
}

const FOR_EVER = { staleTime: Infinity };

/** The schema of a workflow, whose descriptions are in the person's language. */
export const useWorkflowSchema = () => useQuery({ queryKey: ["workflow schema"], queryFn: readSchema, ...FOR_EVER });

async function readSchema(): Promise<Schema> {
  const [schema, help] = await Promise.all([read<Schema>("workflow-schema"), loadHelp()]);
  return translated(schema, help);
}

export const usePresets = () => useQuery({ queryKey: ["presets"], queryFn: () => read<{ presets: Preset[] }>("presets"), ...FOR_EVER });

export const plan = (account: string, content: { text: string; source: string }): Promise<Plan> => change("POST", `accounts/${account}/plans`, content);

export const picture = (account: string, content: PictureRequest): Promise<Blob> => load(`accounts/${account}/pictures`, content);
