import { structuredPatch } from "diff";

/** One line of a difference; lines that are far from any change are left out. */
export interface DifferentLine {
  sign: "+" | "-" | " " | "@";
  text: string;
}

/** Returns the lines in which two texts differ, with some lines around them. */
export function difference(before: string, after: string): DifferentLine[] {
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: 3 });
  return hunks.flatMap(({ newStart, lines }): DifferentLine[] => [
    { sign: "@", text: String(newStart) },
    ...lines.map((line): DifferentLine => ({ sign: line[0] as "+", text: line.slice(1) })).filter(({ sign }) => "+- ".includes(sign)),
  ]);
}
