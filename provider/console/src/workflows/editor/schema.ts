import { plain } from "../../i18n/help";

/** A JSON Schema, as far as forms are made of it. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: Array<string | number>;
  anyOf?: Schema[];
  allOf?: Array<{ if?: Schema; then?: Schema }>;
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  examples?: unknown[];
  "x-unit"?: string;
  "x-labels"?: Record<string, string>;
  [keyword: string]: unknown;
}

export type FieldKind = "text" | "number" | "choice" | "flag" | "words" | "choices" | "fields" | "list" | "union";

/** One field of a form. */
export interface FormField {
  name: string;
  kind: FieldKind;
  help: string;
  unit: string;
  example: string;
  default: unknown;
  options: Array<string | number>;
  /** What people call the options. */
  labels: Record<string, string>;
  isRequired: boolean;
  isNumeric: boolean;
  /** The schema of the fields of a mapping, or of an item of a list. */
  inner: Schema | undefined;
}

/** Follows references, and takes the alternative of null away. */
export function resolved(root: Schema, schema: Schema): Schema {
  const { $ref, anyOf, ...own } = schema;
  if ($ref !== undefined) return { ...resolved(root, root.$defs?.[$ref.split("/").at(-1)!] ?? {}), ...own };
  if (anyOf === undefined) return schema;
  const rest = anyOf.filter(({ type }) => type !== "null");
  return rest.length === 1 ? { ...resolved(root, rest[0]!), ...own } : { ...own, anyOf: rest.map((each) => resolved(root, each)) };
}

/** Returns the fields of a mapping, in the order of its schema. */
export function fieldsOf(root: Schema, schema: Schema): FormField[] {
  const { properties = {}, required = [] } = resolved(root, schema);
  return Object.entries(properties).map(([name, field]) => fieldOf(root, name, field, required.includes(name)));
}

function fieldOf(root: Schema, name: string, schema: Schema, isRequired: boolean): FormField {
  const found = resolved(root, schema);
  const options = found.anyOf ?? [found];
  const items = found.items && resolved(root, found.items);
  return {
    name,
    kind: kindOf(found, items),
    help: plain(found.description ?? ""),
    unit: found["x-unit"] ?? "",
    example: String((found.examples ?? items?.examples ?? options.flatMap(({ examples = [] }) => examples))[0] ?? ""),
    default: found.default,
    options: items?.enum ?? options.flatMap(wordsIn),
    labels: found["x-labels"] ?? items?.["x-labels"] ?? Object.assign({}, ...options.map((each) => each["x-labels"])),
    isRequired,
    isNumeric: options.some(({ type }) => type === "number" || type === "integer"),
    inner: items ?? options.find(({ properties }) => properties),
  };
}

const wordsIn = ({ enum: words, const: word }: Schema): Array<string | number> => words ?? (typeof word === "string" ? [word] : []);

function kindOf(schema: Schema, items: Schema | undefined): FieldKind {
  if (items) {
    if (items.properties) return "list";
    return items.enum ? "choices" : "words";
  }
  if (schema.anyOf) return schema.anyOf.some(({ properties }) => properties) ? "union" : "text";
  if (schema.properties) return "fields";
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "flag";
  return schema.type === "integer" || schema.type === "number" ? "number" : "text";
}

const outputSchema = (root: Schema): Schema => Object.values(root.properties?.["outputs"]?.patternProperties ?? {})[0] ?? {};

/** Returns the kinds of outputs that there are. */
export const outputKinds = (root: Schema): string[] => (outputSchema(root).properties?.["kind"]?.enum ?? []).map(String);

/** Returns the schema of an output of a kind. */
export const schemaOfKind = (root: Schema, kind: string): Schema | undefined =>
  outputSchema(root).allOf?.find((each) => each.if?.properties?.["kind"]?.const === kind)?.then;

/** Reads what a person has written into a field: a number where the field takes one. */
export function fieldValue(written: string, field: Pick<FormField, "isNumeric">): string | number {
  return field.isNumeric && /^-?\d+(\.\d+)?$/.test(written.trim()) ? Number(written) : written;
}

/** Writes the name of a field for people. */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
