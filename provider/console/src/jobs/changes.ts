/** One line of a comparison. */
export interface Line {
  sign: "+" | "-" | " ";
  text: string;
}

const CONTEXT = 3; // equal lines shown beside a change

interface Part {
  value: string;
  added: boolean;
  removed: boolean;
}

/** Returns the changed lines with a few equal ones around them; a line of three dots stands for the others. */
export function linesOf(parts: Part[]): Line[] {
  return parts.flatMap(({ value, added, removed }, index): Line[] => {
    const lines = value.replace(/\n$/, "").split("\n");
    if (added || removed) return lines.map((text) => ({ sign: added ? ("+" as const) : ("-" as const), text }));
    const before = index > 0 ? CONTEXT : 0;
    const after = index < parts.length - 1 ? CONTEXT : 0;
    const shown = lines.length <= before + after ? lines : [...lines.slice(0, before), "…", ...lines.slice(lines.length - after)];
    return shown.map((text) => ({ sign: " " as const, text }));
  });
}
