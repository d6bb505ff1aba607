import type { Preset } from "../../rest/trials";
import { described, type DrawnBox, type Drawing, type Titles } from "../drawing";
import { kindOfOutput, outputPart, outputsOf, type Part } from "./parts";
import { type Fields, isFields } from "./source";

export const SIZE = { width: 150, height: 42, gapX: 28, gapY: 8 };

export interface EditorDrawing extends Drawing {
  boxes: Array<DrawnBox & { id: Part; kind: string }>;
}

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** Draws what a text says, valid or not: source, outputs, destination, notifications. */
export function drawEditor(value: Fields, presets: Preset[], titles: Pick<Titles, "source" | "byHand" | "destination" | "besideSource" | "notifications"> & { none: string }): EditorDrawing {
  const column = (index: number): number => index * (SIZE.width + SIZE.gapX);
  const row = (index: number): number => index * (SIZE.height + SIZE.gapY);
  const outputs = Object.entries(outputsOf(value));
  const rows = Math.max(1, outputs.length);
  const middle = row((rows - 1) / 2);
  const trigger = isFields(value["trigger"]) ? value["trigger"] : undefined;
  const location = isFields(value["output"]) ? text(value["output"]["location"]) : "";
  const place = (id: Part, title: string, detail: string, at: number) => ({ id, title, detail, x: column(at), y: middle, kind: "" });
  const source = place("source", titles.source, trigger ? `${text(trigger["bucket"])}/${text(trigger["prefix"])}` : titles.byHand, 0);
  const made = outputs.map(([name, output], index) => {
    const kind = kindOfOutput(output, presets);
    const detail = text(output["preset"]) || described({ ...output, kind });
    return { id: outputPart(name), title: name, detail, x: column(1), y: row(index), kind };
  });
  const destination = place("destination", titles.destination, location || titles.besideSource, 2);
  const notifications = place("notifications", titles.notifications, targetsOf(value["notifications"]).join(", ") || titles.none, 3);
  const lines: Drawing["lines"] = made.flatMap((box): Drawing["lines"] => [
    [source, box],
    [box, destination],
  ]);
  lines.push([destination, notifications]);
  const width = column(3) + SIZE.width;
  return { boxes: [source, ...made, destination, notifications], lines, width, height: row(rows - 1) + SIZE.height };
}

const TARGET_SETTINGS = new Set(["mode", "body", "connection"]);

/** Returns the kinds of addresses of notifications, such as url or sqs. */
export const targetsOf = (notifications: unknown): string[] =>
  Array.isArray(notifications) ? notifications.filter(isFields).map((each) => Object.keys(each).find((name) => !TARGET_SETTINGS.has(name)) ?? "?") : [];

/** Returns the box that a key leads to from another one. */
export function neighbour(boxes: EditorDrawing["boxes"], from: Part, key: string): Part | undefined {
  const at = boxes.find(({ id }) => id === from);
  if (!at) return undefined;
  const is: Record<string, (box: DrawnBox) => boolean> = {
    ArrowRight: ({ x }) => x > at.x,
    ArrowLeft: ({ x }) => x < at.x,
    ArrowDown: ({ x, y }) => x === at.x && y > at.y,
    ArrowUp: ({ x, y }) => x === at.x && y < at.y,
  };
  const found = boxes.filter((box) => is[key]?.(box));
  const distance = ({ x, y }: DrawnBox): number => Math.abs(x - at.x) * 10 + Math.abs(y - at.y);
  return found.toSorted((one, two) => distance(one) - distance(two))[0]?.id;
}
