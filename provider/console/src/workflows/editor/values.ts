import { NotEditable } from "./NotEditable";
import { type Fields, isFields, type Path } from "./source";

const sorted = (_: string, value: unknown): unknown =>
  isFields(value) ? Object.fromEntries(Object.entries(value).toSorted(([one], [two]) => (one < two ? -1 : 1))) : value;

/** Compares without the order of fields. */
export const sameFields = (a: unknown, b: unknown): boolean => JSON.stringify(a, sorted) === JSON.stringify(b, sorted);

export function withValue(at: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof key === "number") {
    const items: unknown[] = Array.isArray(at) ? [...(at as unknown[])] : [];
    items[key] = withValue(items[key], rest, value);
    return items;
  }
  const fields = isFields(at) ? at : {};
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}

export function withoutValue(at: unknown, [key, ...rest]: Path): unknown {
  if (Array.isArray(at)) return rest.length > 0 ? at.with(Number(key), withoutValue(at[Number(key)], rest)) : at.toSpliced(Number(key), 1);
  const fields = at as Fields;
  if (rest.length > 0) return { ...fields, [key!]: withoutValue(fields[key!], rest) };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
}

export function withName(fields: Fields, path: Path, name: string, keeps: boolean): Fields {
  const [key, ...rest] = path;
  if (rest.length > 0) return { ...fields, [key!]: withName(fields[key!] as Fields, rest, name, keeps) };
  if (name in fields) throw new NotEditable("taken");
  const pairs = Object.entries(fields).flatMap(([at, value]) => {
    if (at !== key) return [[at, value]];
    return keeps ? [[at, value], [name, value]] : [[name, value]];
  });
  return Object.fromEntries(pairs) as Fields;
}

/** Puts a field before the one above it, or after the one below it. */
export function withMoved(fields: Fields, path: Path, by: -1 | 1): Fields {
  const [key, ...rest] = path;
  if (rest.length > 0) return { ...fields, [key!]: withMoved(fields[key!] as Fields, rest, by) };
  const pairs = Object.entries(fields);
  const index = pairs.findIndex(([name]) => name === key);
  return Object.fromEntries(pairs.toSpliced(index, 1).toSpliced(index + by, 0, pairs[index]!)) as Fields;
}
