import { isMap, type Node, type Pair, type YAMLMap } from "yaml";

import { checked, collectionAt } from "./edits";
import { NotEditable } from "./NotEditable";
import { breakOf, endOf, nameOf, type Path, startOf } from "./source";
import { withMoved } from "./values";

/** Lines of a text, from the first one up to but not including the last one. */
type Span = readonly [first: number, last: number];

const BLANK = /^\s*$/;
const COMMENT = /^\s*#/;
const indentOf = (line: string): number => line.search(/\S/);

/** Moves a field, with its comments, before the one above it or after the one below it; blank lines stay where they are. */
export function moveKey(text: string, path: Path, by: -1 | 1): string {
  const splice = (root: Node | null) => {
    const holder = collectionAt(root, path.slice(0, -1));
    if (!isMap(holder)) throw new NotEditable("unreachable");
    const index = holder.items.findIndex((pair) => nameOf(pair) === path.at(-1));
    const [upper, lower] = [holder.items[Math.min(index, index + by)], holder.items[Math.max(index, index + by)]];
    if (!upper || !lower) throw new NotEditable("unreachable");
    return holder.flow ? swapInline(text, holder, upper, lower) : swapLines(text, upper, lower);
  };
  return checked(text, (fields) => withMoved(fields, path, by), splice);
}

function swapInline(text: string, holder: YAMLMap, upper: Pair, lower: Pair): string {
  const [start, end] = holder.range!;
  // Nobody knows whose comment it is that stands after a comma.
  if (text.slice(start, end).split("\n").some((line) => line.includes(" #") || COMMENT.test(line))) throw new NotEditable("unreachable");
  const [one, other] = [[startOf(upper), endOf(text, upper)] as const, [startOf(lower), endOf(text, lower)] as const];
  return text.slice(0, one[0]) + text.slice(...other) + text.slice(one[1], other[0]) + text.slice(...one) + text.slice(other[1]);
}

function swapLines(text: string, upper: Pair, lower: Pair): string {
  const missing = text.endsWith("\n") ? "" : breakOf(text); // the last line may go up
  const lines = (text + missing).split("\n");
  const [one, other] = [spanOf(text, lines, upper), spanOf(text, lines, lower)];
  const moved = [...lines.slice(0, one[0]), ...lines.slice(...other), ...lines.slice(one[1], other[0]), ...lines.slice(...one), ...lines.slice(other[1])].join("\n");
  return moved.slice(0, moved.length - missing.length);
}

/** Returns the lines of a field: the comments right above it, its own lines, and the comments right below that are not of the next field. */
function spanOf(text: string, lines: string[], pair: Pair): Span {
  const lineOf = (at: number): number => text.slice(0, at).split("\n").length - 1;
  const [key, end] = [lineOf(startOf(pair)), lineOf(endOf(text, pair)) + 1];
  const column = indentOf(lines[key]!);
  let first = key;
  while (first > 0 && COMMENT.test(lines[first - 1]!) && indentOf(lines[first - 1]!) <= column) first -= 1;
  return [first, endOfComments(lines, end, column)];
}

/** Comments that are further in than the field are of it; so are others as far in, where they do not lead to the next field. */
function endOfComments(lines: string[], begin: number, column: number): number {
  const run = (least: number): number => {
    let last = begin;
    while (COMMENT.test(lines[last] ?? "") && indentOf(lines[last]!) >= least) last += 1;
    return last;
  };
  const all = run(column);
  const next = lines[all] ?? "";
  return BLANK.test(next) || indentOf(next) < column ? all : run(column + 1);
}
