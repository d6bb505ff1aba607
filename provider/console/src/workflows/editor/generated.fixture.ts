/** Writes a workflow as a person might: with comments, blank lines, brackets or blocks, quotes and any indentation. */
export function generated(seed: number): string {
  const chance = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)]!;
  const some = (likelihood: number): boolean => chance() < likelihood;
  const step = pick([2, 2, 4]);
  const comment = (): string => (some(0.3) ? pick(["  # why: because", " # 50% of it", " # {a: b}"]) : "");
  const word = (): string => pick(["plain", '"quoted: yes"', "'single # no comment'", "12", "0.5", "true", "a b c", "10%", "한국어", '"{input_name}/{output}.{format}"']);
  const flat = (): string => pick([word, () => `[${word()}, ${word()}]`, () => `{one: ${word()}, two: ${word()}}`])();
  const lines: string[] = [];
  const note = (indent: number) => {
    if (some(0.15)) lines.push("");
    if (some(0.2)) lines.push(`${" ".repeat(indent)}# a note of its own`);
  };
  const fields = (indent: number, depth: number) => {
    for (let index = 0, count = 1 + Math.floor(chance() * 3); index < count; index += 1) {
      const at = " ".repeat(indent);
      note(indent);
      const kind = depth > 0 ? chance() : 0;
      if (kind < 0.6) lines.push(`${at}field${index}: ${flat()}${comment()}`);
      else if (kind < 0.8) {
        lines.push(`${at}field${index}:${comment()}`);
        fields(indent + step, depth - 1);
      } else {
        lines.push(`${at}field${index}:${comment()}`);
        const dash = indent + pick([0, step]);
        lines.push(`${" ".repeat(dash)}- {one: ${word()}}${comment()}`, `${" ".repeat(dash)}- first: ${word()}${comment()}`, `${" ".repeat(dash)}  second: ${flat()}${comment()}`);
      }
    }
  };
  if (some(0.5)) lines.push("# What it is for", "");
  lines.push(`name: generated_${seed}${comment()}`, `description: ${word()}${comment()}`);
  note(0);
  lines.push(`outputs:${comment()}`);
  for (let index = 0, count = 1 + Math.floor(chance() * 4); index < count; index += 1) {
    note(step);
    if (some(0.2)) lines.push(`${" ".repeat(step)}out${index}: {preset: ${word()}, kind: x}${comment()}`);
    else {
      lines.push(`${" ".repeat(step)}out${index}:${comment()}`);
      fields(2 * step, 2);
    }
  }
  if (some(0.5)) lines.push("priority: low");
  const newline = some(0.2) ? "\r\n" : "\n";
  return lines.join(newline) + (some(0.8) ? newline : "");
}

/** Random numbers that are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
