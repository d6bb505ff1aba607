import { findNodeAtLocation, type Node, type ParseError, parseTree } from "jsonc-parser";

/** Names and indices that lead to a value in a JSON text. */
export type Path = readonly (string | number)[];

const LINE = 110;

/** A JSON text as written, put into another one as it is. */
export class Written {
  constructor(readonly text: string) {}
}

/** The tree of a JSON text; undefined where the text is no JSON object. */
export function treeOf(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  return errors.length === 0 && tree?.type === "object" ? tree : undefined;
}

const find = (text: string, path: Path): Node | undefined => {
  const tree = treeOf(text);
  return tree && findNodeAtLocation(tree, [...path]);
};

const splice = (text: string, start: number, end: number, inserted: string): string =>
  text.slice(0, start) + inserted + text.slice(end);

const endOf = (node: Node): number => node.offset + node.length;

/** Where a value is in the text: the offsets of its beginning and its end. */
export function rangeOf(text: string, path: Path): { start: number; end: number } | undefined {
  const node = find(text, path);
  return node && { start: node.offset, end: endOf(node) };
}

/** The text of a value as it is written, without the indentation of the place where it is. */
export function written(text: string, path: Path): string | undefined {
  const node = find(text, path);
  if (!node) return undefined;
  const indent = indentAt(text, node.offset);
  return text.slice(node.offset, endOf(node)).replaceAll(`\n${indent}`, "\n");
}

/** The members of an object, each value as it is written. */
export function membersOf(text: string, path: Path): Array<[string, Written]> {
  const members = find(text, path)?.children ?? [];
  return members.map(({ children }) => {
    const name = children?.[0]?.value as string;
    return [name, new Written(written(text, [...path, name]) ?? "null")];
  });
}

/** The white space at the beginning of the line of an offset. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

interface Style {
  unit: string;
  newline: string;
  /** Whether all is on one line. */
  flat: boolean;
  /** Whether small objects are on one line. */
  short: boolean;
  /** What is behind a colon and a comma on the same line. */
  gap: string;
}

/** Whether an object that could be on one line is on several; states of several fields always are. */
const hasLongObject = (text: string): boolean =>
  [...text.matchAll(/\{\s*?\n([^{}]*)\}/g)].some(([, inside = ""]) => !(inside.includes('"Type"') && inside.includes(",")));

function styleOf(text: string): Style {
  return {
    unit: /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ",
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    flat: !text.trim().includes("\n") && text.trim() !== "{}",
    short: /\{[^{}\n]*[^{}\s][^{}\n]*\}/.test(text) || !hasLongObject(text),
    gap: !text.includes("\n") && !text.includes('": ') && text.includes('":') ? "" : " ",
  };
}

function flatText(value: unknown, gap: string): string {
  if (value instanceof Written) return value.text;
  if (Array.isArray(value)) return `[${value.map((each) => flatText(each, gap)).join(`,${gap}`)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${gap}${flatText(each, gap)}`);
  return `{${members.join(`,${gap}`)}}`;
}

function print(value: unknown, style: Style, indent: string): string {
  if (value instanceof Written) return value.text.replaceAll("\n", `\n${indent}`);
  const flat = flatText(value, style.gap);
  const isSmall = typeof value !== "object" || value === null || Object.keys(value).length === 0;
  const holdsObject = isSmall || Array.isArray(value) ? flat.includes("{") : Object.values(value as object).some(isObject);
  const isShort = style.short ? flat.length < LINE - indent.length && !isState(value) : !holdsObject && Array.isArray(value);
  if (style.flat || isSmall || (isShort && !flat.includes("\n"))) return flat;
  const inner = indent + style.unit;
  const items = Array.isArray(value)
    ? value.map((each) => print(each, style, inner))
    : Object.entries(value as object).map(([key, each]) => `${JSON.stringify(key)}: ${print(each, style, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${style.newline}${inner}${items.join(`,${style.newline}${inner}`)}${style.newline}${indent}${close}`;
}

const isObject = (value: unknown): boolean =>
  value instanceof Written ? value.text.startsWith("{") : typeof value === "object" && value !== null && !Array.isArray(value);
const isState = (value: unknown): boolean => isObject(value) && ["Type", "States"].some((key) => key in (value as object)) && Object.keys(value as object).length > 1;

/** Sets the value at a path; adds the member or the item that is not there yet. */
export function put(text: string, path: Path, value: unknown, after?: string): string {
  const node = find(text, path);
  if (node) return splice(text, node.offset, endOf(node), print(value, styleOf(text), indentAt(text, node.offset)));
  const parent = find(text, path.slice(0, -1));
  const key = path.at(-1) as string | number;
  if (!parent && path.length > 1) return put(text, path.slice(0, -1), typeof key === "number" ? [value] : { [key]: value });
  if (!parent) return text;
  return add(text, parent, typeof key === "string" ? key : undefined, value, after);
}

function add(text: string, parent: Node, key: string | undefined, value: unknown, after?: string): string {
  const style = styleOf(text);
  const children = parent.children ?? [];
  const label = key === undefined ? "" : `${JSON.stringify(key)}:${style.gap}`;
  const outer = indentAt(text, parent.offset);
  const last = children.find((child) => child.children?.[0]?.value === after && after !== undefined) ?? children.at(-1);
  const isMultiline = text.slice(parent.offset, endOf(parent)).includes("\n");
  const inner = last && isMultiline ? indentAt(text, last.offset) : outer + style.unit;
  if (last && isMultiline)
    return splice(text, endOf(last), endOf(last), `,${style.newline}${inner}${label}${print(value, style, inner)}`);
  const line = label + print(value, style, outer);
  const members = children.map((child) => text.slice(child.offset, endOf(child)));
  const [open, close] = parent.type === "array" ? "[]" : "{}";
  members.splice(last ? children.indexOf(last) + 1 : 0, 0, line);
  const joined = `${open}${members.join(`,${style.gap}`)}${close}`;
  const fits = style.flat || (!line.includes("\n") && !isState(value) && outer.length + joined.length < LINE && (style.short || members.length > 1));
  if (fits) return splice(text, parent.offset, endOf(parent), joined);
  members.splice(members.indexOf(line), 1, label + print(value, style, inner));
  const lines = members.join(`,${style.newline}${inner}`);
  return splice(text, parent.offset, endOf(parent), `${open}${style.newline}${inner}${lines}${style.newline}${outer}${close}`);
}

/** Removes the member or the item at a path. */
export function remove(text: string, path: Path): string {
  const found = find(text, path);
  if (!found) return text;
  const node = typeof path.at(-1) === "number" ? found : (found.parent as Node);
  const siblings = node.parent?.children ?? [];
  const index = siblings.indexOf(node);
  const [before, behind] = [siblings[index - 1], siblings[index + 1]];
  if (before) return splice(text, endOf(before), endOf(node), "");
  if (behind) return splice(text, node.offset, behind.offset, "");
  const parent = node.parent as Node;
  return splice(text, parent.offset + 1, endOf(parent) - 1, "");
}

/** Gives the member at a path another name; its place and its value stay. */
export function renameKey(text: string, path: Path, name: string): string {
  const key = find(text, path)?.parent?.children?.[0];
  return key ? splice(text, key.offset, endOf(key), JSON.stringify(name)) : text;
}
