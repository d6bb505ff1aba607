import { isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

import { NotEditable } from "./NotEditable";
import {
  block, breakOf, colonOf, endOf, type Fields, inline, isBare, isEmpty, isFields, keyOf, lineEnd, lineStart, nameOf, nodeAt, pairText, type Path, read, startOf, valueAt,
} from "./source";
import { sameFields, withName, withoutValue, withValue } from "./values";

/** Sets the value at a path; fields and lists on the way to it are made where they are missing. */
export function setValue(text: string, path: Path, value: unknown): string {
  return checked(text, (fields) => withValue(fields, path, value) as Fields, (root) => spliceValue(text, root, path, value), (document) => document.setIn(path, value));
}

/** Removes a field or an item, and what is empty without it; outputs and items of lists stay, though empty. */
export function removeValue(text: string, path: Path): string {
  const { value } = read(text);
  if (valueAt(value, path) === undefined) return text;
  let last = path;
  while (last.length > 1 && Object.keys(valueAt(value, last.slice(0, -1)) as object).length === 1) {
    const holder = last.slice(0, -1);
    if (stays(holder)) return setValue(text, holder, {});
    last = holder;
  }
  return checked(text, (fields) => withoutValue(fields, last) as Fields, (root) => spliceOut(text, root, last), (document) => document.deleteIn(last));
}

/** Tells whether something stays when its last field is removed. */
const stays = (path: Path): boolean => typeof path.at(-1) === "number" || (path[0] === "outputs" && path.length <= 2);

/** Gives another name to a field. */
export function renameKey(text: string, path: Path, name: string): string {
  const splice = (root: Node | null) => {
    const pair = pairAt(root, path);
    const [start, end] = keyOf(pair).range!;
    return text.slice(0, start) + inline(name) + text.slice(end);
  };
  return checked(text, (fields) => withName(fields, path, name, false), splice);
}

/** Copies a field, with its comments, to a new one of another name after it. */
export function duplicateKey(text: string, path: Path, name: string): string {
  const splice = (root: Node | null) => {
    const pair = pairAt(root, path);
    const holder = collectionAt(root, path.slice(0, -1)) as YAMLMap;
    const [start, keyEnd] = keyOf(pair).range!;
    const end = holder.flow ? endOf(text, pair) : lineEnd(text, endOf(text, pair));
    const copy = inline(name) + text.slice(keyEnd, end);
    const gap = holder.flow ? ", " : breakOf(text) + text.slice(lineStart(text, start), start);
    return text.slice(0, end) + gap + copy + text.slice(end);
  };
  return checked(text, (fields) => withName(fields, path, name, true), splice);
}

/** Makes a change of the text, and takes it only if it says what was wanted; otherwise the document is written anew. */
export function checked(
  text: string,
  want: (fields: Fields) => Fields,
  splice: (root: Node | null) => string,
  rewrite?: (document: ReturnType<typeof parseDocument>) => void,
): string {
  const { value, contents } = read(text);
  if (value === undefined) throw new NotEditable("broken");
  const wanted = JSON.stringify(want(structuredClone(value)));
  const says = (next: string): boolean => JSON.stringify(read(next).value) === wanted;
  try {
    const spliced = splice(contents);
    if (says(spliced)) return spliced;
  } catch {
    // what cannot be spliced may be written anew
  }
  try {
    const document = parseDocument(text);
    rewrite?.(document);
    const written = document.toString({ lineWidth: 0, flowCollectionPadding: false });
    if (rewrite && sameFields(read(written).value, JSON.parse(wanted))) return written;
  } catch {
    // neither way is possible
  }
  throw new NotEditable("unreachable");
}

function pairAt(root: Node | null, path: Path): Pair {
  const found = nodeAt(root, path);
  if (!isPair(found)) throw new NotEditable("unreachable");
  return found;
}

export function collectionAt(root: Node | null, path: Path): Node | null {
  const found = nodeAt(root, path);
  return (isPair(found) ? found.value : found) as Node | null;
}

/** Wraps a value into the fields and lists that lead to it. */
const nested = (path: Path, value: unknown): unknown =>
  path.toReversed().reduce<unknown>((inner, key) => (typeof key === "number" ? [inner] : { [key]: inner }), value);

function spliceValue(text: string, root: Node | null, path: Path, value: unknown): string {
  if (isBare(root)) return appendText(text, block(nested(path, value), 0, breakOf(text)));
  let isFlow = false;
  for (let depth = 0; depth < path.length; depth += 1) {
    const holder = collectionAt(root, path.slice(0, depth));
    if (isCollection(holder) && holder.flow && holder.items.length > 0) isFlow = true;
    if (isBare(holder) || !isCollection(holder)) return replaceAt(text, root, path.slice(0, depth), nested(path.slice(depth), value), isFlow);
    if (nodeAt(holder, [path[depth]!]) === null) return insert(text, holder, path[depth]!, nested(path.slice(depth + 1), value), depth);
  }
  return replaceAt(text, root, path, value, isFlow);
}

function appendText(text: string, addition: string): string {
  const newline = breakOf(text);
  const body = text.replace(/(\{\}|\[\])\s*$/, "");
  return body + (body === "" || body.endsWith("\n") ? "" : newline) + addition + newline;
}

const columnOf = (text: string, at: number): number => at - lineStart(text, at);

/** Replaces a value in its place. */
function replaceAt(text: string, root: Node | null, path: Path, value: unknown, isFlow: boolean): string {
  const found = nodeAt(root, path)!;
  const newline = breakOf(text);
  if (!isPair(found)) {
    const node = found as Node;
    const written = isFlow ? inline(value, node) : block(value, columnOf(text, startOf(node)), newline);
    return text.slice(0, startOf(node)) + (isScalar(node) && !isFields(value) ? inline(value, node) : written) + text.slice(endOf(text, node));
  }
  const old = found.value as Node | null;
  const isOneLine = isFlow || isScalar(old) || (isCollection(old) && old.flow);
  const whole = pairText(nameOf(found), value, columnOf(text, startOf(found)), newline);
  const isWrittenInline = isFlow || !whole.includes("\n");
  if (isWrittenInline && isOneLine && !isEmpty(old)) return text.slice(0, startOf(old!)) + inline(value, old) + text.slice(endOf(text, old!));
  const colon = colonOf(text, found);
  const tail = isFlow ? ` ${inline(value)}` : whole.slice(whole.indexOf(":", inline(nameOf(found)).length) + 1);
  const comment = / +#.*$/.exec(text.slice(colon, lineEnd(text, colon)))?.[0] ?? "";
  const keptComment = !isFlow && text.slice(colon, lineEnd(text, colon)) === comment ? comment : "";
  const [first, ...rest] = tail.split(newline);
  const end = Math.max(endOf(text, found), colon + keptComment.length);
  return text.slice(0, colon) + [first + keptComment, ...rest].join(newline) + text.slice(end);
}

/** Adds a field or an item after the last one. */
function insert(text: string, holder: YAMLMap | YAMLSeq, key: string | number, value: unknown, depth: number): string {
  const newline = breakOf(text);
  const end = endOf(text, holder.items.at(-1) as Node | Pair);
  if (holder.flow) return `${text.slice(0, end)}, ${isMap(holder) ? `${inline(key)}: ` : ""}${inline(value)}${text.slice(end)}`;
  const first = isSeq(holder) ? holder.range![0] : startOf(holder.items[0] as Pair);
  const column = columnOf(text, first);
  const added = isSeq(holder) ? `- ${block(value, column + 2, newline)}` : pairText(String(key), value, column, newline);
  const at = lineEnd(text, end);
  const blank = depth === 0 && added.includes("\n") ? newline : ""; // parts of a workflow stand apart
  return text.slice(0, at) + newline + blank + " ".repeat(column) + added + text.slice(at);
}

function spliceOut(text: string, root: Node | null, path: Path): string {
  const holder = collectionAt(root, path.slice(0, -1)) as YAMLMap | YAMLSeq;
  const items = holder.items as Array<Node | Pair>;
  const index = isSeq(holder) ? Number(path.at(-1)) : items.findIndex((pair) => nameOf(pair as Pair) === path.at(-1));
  const [item, next, before] = [items[index]!, items[index + 1], items[index - 1]];
  const [start, end] = [startOf(item), endOf(text, item)];
  if (holder.flow) {
    if (before) return text.slice(0, endOf(text, before)) + text.slice(end);
    return text.slice(0, start) + text.slice(next ? startOf(next) : end);
  }
  const isOnOwnLine = /^\s*(- *)?$/.test(text.slice(lineStart(text, start), start)) && (isSeq(holder) || text.slice(lineStart(text, start), start).trim() === "");
  if (!isOnOwnLine && next) return text.slice(0, start) + text.slice(startOf(next));
  const stop = text.indexOf("\n", end) + 1 || text.length;
  const from = lineStart(text, start);
  if (stop === text.length && !text.endsWith("\n")) return text.slice(0, from).replace(/\r?\n$/, "");
  return text.slice(0, from) + text.slice(stop);
}
