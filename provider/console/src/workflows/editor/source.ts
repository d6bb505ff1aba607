import { isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type ParsedNode, stringify, type YAMLMap } from "yaml";

/** Where a value stands: names of fields, and numbers of list items. */
export type Path = ReadonlyArray<string | number>;
export type Fields = Record<string, unknown>;

export interface Source {
  /** What the text says; undefined where it is no mapping in YAML. */
  value: Fields | undefined;
  contents: ParsedNode | null;
}

/** Reads a text as YAML; a text with mistakes has no value. */
export function read(text: string): Source {
  try {
    const document = parseDocument(text, { logLevel: "silent" });
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS();
    if (value === null) return { value: {}, contents: document.contents };
    return { value: isFields(value) ? value : undefined, contents: document.contents };
  } catch {
    return { value: undefined, contents: null }; // such as an alias of nothing
  }
}

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the value at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : undefined), value);
}

/** Returns the pair or item at a path. */
export function nodeAt(contents: Node | null, path: Path): Node | Pair | null {
  let found: Node | Pair | null = contents;
  for (const key of path) {
    const at: unknown = isPair(found) ? found.value : found;
    if (isMap(at)) found = (at.items.find((pair) => nameOf(pair) === String(key)) as Pair | undefined) ?? null;
    else if (isSeq(at)) found = (at.items[Number(key)] as Node | undefined) ?? null;
    else return null;
  }
  return found;
}

export const nameOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

export const keyOf = (pair: Pair): Node => pair.key as Node;

export const startOf = (node: Node | Pair): number => (isPair(node) ? startOf(keyOf(node)) : node.range![0]);

/** Returns where a value's own text ends, without the line break and the comments that follow it. */
export function endOf(text: string, node: Node | Pair): number {
  if (isPair(node)) return isEmpty(node.value) ? colonOf(text, node) : endOf(text, node.value as Node);
  if (isCollection(node) && !node.flow) return node.items.length > 0 ? endOf(text, node.items.at(-1) as Node | Pair) : node.range![1];
  let end = node.range![1];
  while (end > node.range![0] && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return end;
}

/** Tells whether nothing is written, or only empty brackets. */
export const isEmpty = (node: unknown): boolean =>
  !node || (isScalar(node) && node.value === null && node.range![0] === node.range![1]);

export const isBare = (node: unknown): boolean => isEmpty(node) || (isCollection(node) && node.items.length === 0);

/** Returns the place after the colon of a pair. */
export const colonOf = (text: string, pair: Pair): number => text.indexOf(":", keyOf(pair).range![1]) + 1;

export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end === -1) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

export const breakOf = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

const OPTIONS = { lineWidth: 0, flowCollectionPadding: false } as const;

/** Writes a value on one line. */
export function inline(value: unknown, like?: unknown): string {
  const isQuoted = isScalar(like) && typeof value === "string" && (like.type === "QUOTE_DOUBLE" || like.type === "QUOTE_SINGLE");
  if (isQuoted) return stringify(value, { ...OPTIONS, defaultStringType: like.type as "QUOTE_DOUBLE" }).trimEnd();
  const list = stringify([typeof value === "string" && value.includes("\n") ? undefined : value], { ...OPTIONS, collectionStyle: "flow" });
  if (typeof value === "string" && value.includes("\n")) return JSON.stringify(value);
  return list.trimEnd().slice(1, -1);
}

/** Tells whether a value is written on one line in a block. */
const isShort = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item !== "object" || item === null) : !isFields(value) || Object.keys(value).length === 0;

/** Writes a value as it stands after a colon or a dash; lines after the first begin at a column. */
export function block(value: unknown, column: number, newline: string): string {
  if (isShort(value)) return inline(value);
  const pad = newline + " ".repeat(column);
  if (Array.isArray(value)) return value.map((item) => `- ${block(item, column + 2, newline)}`).join(pad);
  return Object.entries(value as Fields)
    .map(([name, field]) => pairText(name, field, column, newline))
    .join(pad);
}

/** Writes a field and its value in a block. */
export function pairText(name: string, value: unknown, column: number, newline: string): string {
  const gap = isShort(value) ? " " : newline + " ".repeat(column + 2);
  return `${inline(name)}:${gap}${block(value, column + 2, newline)}`;
}

export const isBlockMap = (node: unknown): node is YAMLMap<Node> => isMap(node) && !node.flow;

/** Returns the path of the value at a place of a text. */
export function pathAt(contents: Node | null, at: number): Path {
  if (isMap(contents)) {
    const pair = contents.items.findLast((each) => startOf(each as Pair) <= at) as Pair | undefined;
    return pair ? [nameOf(pair), ...pathAt(pair.value as Node | null, at)] : [];
  }
  if (!isSeq(contents)) return [];
  const index = (contents.items as Node[]).findLastIndex((item) => item.range![0] <= at);
  return index === -1 ? [] : [index, ...pathAt(contents.items[index] as Node, at)];
}
