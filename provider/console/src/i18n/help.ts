import { textLanguage } from ".";

/** Texts in one language by their English sentences. */
export type Help = Readonly<Record<string, string>>;

const LANGUAGES: Record<string, () => Promise<{ help: Help }>> = {
  ko: () => import("./help.ko"),
  zh: () => import("./help.zh"),
};

/** Loads the descriptions of fields and the words of options in the person's language; English ones are in the schema. */
export const loadHelp = async (): Promise<Help> => (await LANGUAGES[textLanguage()]?.())?.help ?? {};

/** A description as forms show it: on one line, without the marks of code. */
export const plain = (description: string): string => description.replaceAll("`", "").replaceAll(/\s+/g, " ");

/** A schema whose descriptions and words of options are in another language, where that language has them. */
export function translated<T>(schema: T, help: Help): T {
  if (Array.isArray(schema)) return schema.map((each: unknown) => translated(each, help)) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, inLanguage(name, value, help)])) as T;
}

function inLanguage(name: string, value: unknown, help: Help): unknown {
  if (name === "description" && typeof value === "string") return help[plain(value)] ?? value;
  if (name !== "x-labels") return translated(value, help);
  const words = Object.entries(value as Record<string, string>);
  return Object.fromEntries(words.map(([option, word]) => [option, help[word] ?? word]));
}
