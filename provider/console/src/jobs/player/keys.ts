/** What a key does to the player. */
export type Command =
  | { do: "play" | "mute" | "captions" | "fullscreen" }
  | { do: "seek"; by: number }
  | { do: "step"; frames: number }
  | { do: "jump"; share: number }
  | { do: "volume"; by: number };

const COMMANDS: Record<string, Command> = {
  " ": { do: "play" },
  k: { do: "play" },
  m: { do: "mute" },
  c: { do: "captions" },
  f: { do: "fullscreen" },
  ArrowLeft: { do: "seek", by: -5 },
  ArrowRight: { do: "seek", by: 5 },
  j: { do: "seek", by: -10 },
  l: { do: "seek", by: 10 },
  ",": { do: "step", frames: -1 },
  ".": { do: "step", frames: 1 },
  Home: { do: "jump", share: 0 },
  End: { do: "jump", share: 1 },
  ArrowUp: { do: "volume", by: 0.1 },
  ArrowDown: { do: "volume", by: -0.1 },
};
/** Elements that use these keys themselves. */
const TAKEN: Record<string, RegExp> = { SELECT: /./, BUTTON: /^ $/, INPUT: /^(Arrow.*|Home|End)$/ };

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/**
 * Returns what a key does, or undefined for a key of the browser or of the focused element.
 *
 * @param focused Name of the focused element's tag.
 */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Press, focused: string): Command | undefined {
  if (ctrlKey || metaKey || altKey || TAKEN[focused]?.test(key)) return undefined;
  if (/^\d$/.test(key)) return { do: "jump", share: Number(key) / 10 };
  return COMMANDS[key.length === 1 ? key.toLowerCase() : key];
}
