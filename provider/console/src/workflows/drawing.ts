import type { WorkflowDocument } from "../rest/workflows";

/** A box of a drawing, in pixels. */
export interface DrawnBox {
  id: string;
  title: string;
  detail: string;
  x: number;
  y: number;
}

/** A drawing of a workflow: boxes and the lines between them. */
export interface Drawing {
  width: number;
  height: number;
  boxes: DrawnBox[];
  lines: Array<[from: DrawnBox, to: DrawnBox]>;
}

export const BOX = { width: 190, height: 56 };
const GAP = { x: 60, y: 18 };
const column = (index: number): number => index * (BOX.width + GAP.x);
const row = (index: number): number => index * (BOX.height + GAP.y);

/** Texts of the boxes that each workflow has. */
export interface Titles {
  source: string;
  byHand: string;
  split: string;
  join: string;
  destination: string;
  besideSource: string;
  notifications: string;
}

/** Draws a workflow from left to right: source, split, a box for each output, join, destination, notifications. */
export function draw({ settings, notifications }: WorkflowDocument, titles: Titles): Drawing {
  const outputs = Object.entries(settings.outputs);
  const rows = Math.max(1, outputs.length); // a draft may have no output yet
  const middle = row((rows - 1) / 2);
  const { trigger } = settings;
  const place = (id: string, title: string, detail: string, at: number): DrawnBox => ({ id, title, detail, x: column(at), y: middle });
  const source = place("source", titles.source, trigger ? `${trigger.bucket}/${trigger.prefix}` : titles.byHand, 0);
  const split = place("split", titles.split, "", 1);
  const made = outputs.map(([name, output], index) => ({ id: `output ${name}`, title: name, detail: described(output), x: column(2), y: row(index) }));
  const ends = [place("join", titles.join, "", 3), place("destination", titles.destination, settings.output.location ?? titles.besideSource, 4)];
  if (notifications.length > 0) ends.push(place("notifications", titles.notifications, notifications.join(", "), 5));
  const lines: Drawing["lines"] = [[source, split]];
  if (made.length === 0) lines.push([split, ends[0]!]);
  for (const box of made) lines.push([split, box], [box, ends[0]!]);
  for (const [index, box] of ends.slice(1).entries()) lines.push([ends[index]!, box]);
  const last = ends.at(-1)!;
  return { boxes: [source, split, ...made, ...ends], lines, width: last.x + BOX.width, height: row(rows) };
}

/** Says in a few words what an output is. */
export function described({ kind, ...settings }: { kind: string; [field: string]: unknown }): string {
  const size = settings["width"] && settings["height"] ? `${String(settings["width"])}×${String(settings["height"])}` : "";
  return [kind.replaceAll("_", " "), size].filter(Boolean).join(", ");
}
