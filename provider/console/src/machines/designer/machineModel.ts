import { getNodeValue } from "jsonc-parser";

import { type Path, treeOf } from "./jsonText";

export type StateValue = Record<string, unknown> & { Type?: string };
export type LinkKind = "start" | "next" | "choice" | "default" | "catch";

/** A place in the text that names the state that follows, or that says that there is none. */
export interface Link {
  kind: LinkKind;
  scope: Path;
  /** The state that the link leaves; null for the beginning. */
  from: string | null;
  /** The state that the link enters; null for the end. */
  to: string | null;
  /** Where the name of the state is, or would be. */
  field: Path;
  label: string;
}

/** One state with the scopes inside it. */
export interface StateNode {
  id: string;
  name: string;
  path: Path;
  value: StateValue;
  scopes: Scope[];
}

/** States that name each other: those of the machine, of a branch, or of a Map. */
export interface Scope {
  path: Path;
  states: StateNode[];
  links: Link[];
}

export interface Machine {
  value: Record<string, unknown>;
  top: Scope;
  jsonata: boolean;
}

const TERMINAL = new Set(["Succeed", "Fail"]);
export const isTerminal = (type: unknown): boolean => TERMINAL.has(type as string);
export const idOf = (path: Path): string => JSON.stringify(path);

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const nameIn = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Reads a definition; undefined while the text is not JSON. */
export function readMachine(text: string): Machine | undefined {
  const tree = treeOf(text);
  if (!tree) return undefined;
  const value = record(getNodeValue(tree));
  return { value, top: scopeOf(value, []), jsonata: value.QueryLanguage === "JSONata" };
}

function scopeOf(value: Record<string, unknown>, path: Path): Scope {
  const states = Object.entries(record(value.States)).map(([name, state]) => stateOf(name, record(state), [...path, "States", name]));
  const start: Link = { kind: "start", scope: path, from: null, to: nameIn(value.StartAt), field: [...path, "StartAt"], label: "" };
  return { path, states, links: [start, ...states.flatMap((state) => linksOf(state, path))] };
}

function stateOf(name: string, value: StateValue, path: Path): StateNode {
  const key = "Iterator" in value ? "Iterator" : "ItemProcessor";
  const scopes =
    value.Type === "Parallel"
      ? list(value.Branches).map((branch, index) => scopeOf(record(branch), [...path, "Branches", index]))
      : value.Type === "Map"
        ? [scopeOf(record(value[key]), [...path, key])]
        : [];
  return { id: idOf(path), name, path, value, scopes };
}

function linksOf({ name, value, path }: StateNode, scope: Path): Link[] {
  const link = (kind: LinkKind, field: Path, to: unknown, label = ""): Link => ({
    kind,
    scope,
    from: name,
    to: nameIn(to),
    field: [...path, ...field],
    label,
  });
  const links: Link[] = [];
  if (value.Type === "Choice") {
    list(value.Choices).forEach((rule, index) => {
      links.push(link("choice", ["Choices", index, "Next"], record(rule).Next, ruleText(record(rule))));
    });
    if ("Default" in value) links.push(link("default", ["Default"], value.Default, "Default"));
  } else if (!isTerminal(value.Type)) links.push(link("next", ["Next"], value.Next));
  list(value.Catch).forEach((entry, index) => {
    links.push(link("catch", ["Catch", index, "Next"], record(entry).Next, list(record(entry).ErrorEquals).join(", ")));
  });
  return links;
}

/** A rule of a Choice in one line. */
export function ruleText(rule: Record<string, unknown>): string {
  if (typeof rule.Condition === "string") return rule.Condition.replace(/^\{%\s*|\s*%\}$/g, "");
  for (const word of ["And", "Or"] as const) {
    if (Array.isArray(rule[word])) return rule[word].map((each) => ruleText(record(each))).join(` ${word.toLowerCase()} `);
  }
  if (rule.Not) return `not (${ruleText(record(rule.Not))})`;
  const operator = Object.keys(rule).find((key) => !["Variable", "Next", "Comment", "Assign", "Output"].includes(key));
  return operator ? `${String(rule.Variable ?? "?")} ${operator} ${JSON.stringify(rule[operator])}` : "";
}

/** All scopes from the outside to the inside. */
export const scopesOf = (scope: Scope): Scope[] => [scope, ...scope.states.flatMap(({ scopes }) => scopes.flatMap(scopesOf))];

export const statesOf = (machine: Machine): StateNode[] => scopesOf(machine.top).flatMap(({ states }) => states);

export const findState = (machine: Machine, id: string): StateNode | undefined => statesOf(machine).find((state) => state.id === id);

export const scopeAt = (machine: Machine, path: Path): Scope | undefined =>
  scopesOf(machine.top).find((scope) => idOf(scope.path) === idOf(path));

/** The names of the states that can be reached from the beginning of a scope. */
export function reachable(scope: Scope): Set<string> {
  const found = new Set<string>();
  const open = scope.links.filter(({ from }) => from === null).map(({ to }) => to);
  while (open.length > 0) {
    const name = open.pop();
    if (name === null || name === undefined || found.has(name)) continue;
    if (!scope.states.some((state) => state.name === name)) continue;
    found.add(name);
    open.push(...scope.links.filter(({ from }) => from === name).map(({ to }) => to));
  }
  return found;
}

/** Whether a state's expressions are in JSONata. */
export const isJsonata = (machine: Machine, state: StateNode): boolean =>
  state.value.QueryLanguage === undefined ? machine.jsonata : state.value.QueryLanguage === "JSONata";

/** Whether a machine is in Tencent's dialect, which its resources or a spelling of its own reveal. */
export const isTencents = (machine: Machine): boolean =>
  statesOf(machine).some(({ value }) => "ResultSeclector" in value || (typeof value.Resource === "string" && value.Resource.startsWith("qrn:")));
