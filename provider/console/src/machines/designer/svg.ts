import { type Box, curve, type Picture, pictureOf, type PlacedState } from "./layout";
import type { Machine } from "./machineModel";

const MARKS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (each) => MARKS[each] ?? each);
const short = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** What a state calls, or its type. */
export const kindOf = ({ Type, Resource }: Record<string, unknown>): string =>
  typeof Resource === "string" ? Resource.replace(/^arn:aws:states:::/, "").replace(/^qrn:.*:qcloud:/, "") : String(Type ?? "");

/** A picture as the text of an SVG file, which needs nothing else. */
export function svgOf({ width, height, states, links, scopes }: Picture): string {
  const boxes = [...scopes.slice(1), ...states].toSorted((one, other) => other.width * other.height - one.width * one.height);
  const dots = scopes.flatMap(({ start, end }) => [
    `<circle cx="${start.x}" cy="${start.y}" r="8" class="dot"/>`,
    end ? `<circle cx="${end.x}" cy="${end.y}" r="8" class="dot end"/>` : "",
  ]);
  const lines = links.map(({ link, points, middle }) => {
    const text = link.label && `<text x="${middle.x}" y="${middle.y}" class="small">${escaped(short(link.label, 26))}</text>`;
    return `<path d="${curve(points)}" class="${link.kind === "catch" ? "catch" : "link"}" marker-end="url(#tip)"/>${text}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    "<style>rect{fill:#fff;stroke:#555}.scope{fill:#f6f6f6;stroke:#bbb;stroke-dasharray:4}.link,.catch{fill:none;stroke:#555}",
    ".catch{stroke:#c00;stroke-dasharray:5}text{font:14px sans-serif;text-anchor:middle}.small{font-size:11px;fill:#444}.end{fill:#fff;stroke:#000}</style>",
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0L8,4L0,8z"/></marker></defs>',
    // What is inside something is smaller than it, and over it.
    ...boxes.map((box) => ("state" in box ? boxOf(box) : scopeBox(box))),
    ...dots,
    ...lines,
    "</svg>",
  ].join("\n");
}

const scopeBox = ({ x, y, width, height }: Box): string => `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="scope"/>`;

function boxOf({ state, x, y, width, height }: PlacedState): string {
  const middle = x + width / 2;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text x="${middle}" y="${y + 24}">${escaped(short(state.name, 24))}</text>`,
    `<text x="${middle}" y="${y + 40}" class="small">${escaped(short(kindOf(state.value), 30))}</text>`,
  ].join("");
}

/** Lets the browser save a picture as a file. */
export function saveSvg(name: string, machine: Machine): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([svgOf(pictureOf(machine))], { type: "image/svg+xml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
