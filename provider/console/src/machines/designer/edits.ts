import { type Path, put, remove, renameKey, rangeOf, written, Written } from "./jsonText";
import { idOf, isTerminal, type Link, readMachine, reachable, type Scope, scopeAt, type StateNode, type StateValue, statesOf } from "./machineModel";

/** A place where a state can be put: on a link, or at the end of a new link of a state. */
export type Spot = { kind: "link"; link: Link } | { kind: "rule" | "catch" | "branch"; state: StateNode };

/** The text after an edit, the state that it is about, and the states that went with it. */
export interface Edited {
  text: string;
  /** Id of the state to look at. */
  state?: string;
  removed?: string[];
}

/** Whether a state of a type can be put at a place: nothing may come behind Succeed and Fail. */
export const canInsert = (type: string, spot: Spot): boolean => !isTerminal(type) || spot.kind !== "link" || spot.link.to === null;

/** A name that no state of the machine has. */
export function freeName(text: string, wanted: string): string {
  const machine = readMachine(text);
  const taken = new Set(machine ? statesOf(machine).map(({ name }) => name) : []);
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Lets a link name another state, or the end. */
export function setLink(text: string, link: Link, to: string | null): string {
  if (link.kind === "next") {
    const state = link.field.slice(0, -1);
    const [name, other, value] = to === null ? (["End", "Next", true] as const) : (["Next", "End", to] as const);
    if (rangeOf(text, [...state, name])) return put(remove(text, [...state, other]), [...state, name], value);
    return put(renameKey(text, [...state, other], name), [...state, name], value);
  }
  if (to !== null || link.kind === "start") return put(text, link.field, to ?? "");
  if (link.kind === "default") return remove(text, link.field);
  const entry = remove(text, link.field.slice(0, -1));
  const table = link.field.slice(0, -2);
  return link.kind === "catch" && written(entry, table)?.replaceAll(/\s/g, "") === "[]" ? remove(entry, table) : entry;
}

/** Adds a state to the definition.
 *
 * @param value The state without `Next`, `End`, and for a Choice without the states that its rules name.
 */
export function insertState(text: string, spot: Spot, value: StateValue, wanted: string): Edited {
  const name = freeName(text, wanted);
  if (spot.kind === "branch") {
    const branches: Path = [...spot.state.path, "Branches"];
    const count = spot.state.scopes.length;
    const branch = put(text, [...branches, count], { StartAt: "", States: {} });
    return insertAtLink(branch, emptyStart([...branches, count]), value, name);
  }
  if (spot.kind === "link") return insertAtLink(text, spot.link, value, name);
  const scope = spot.state.path.slice(0, -2);
  const added = spot.kind === "rule" ? addRule(text, spot.state, name) : addCatcher(text, spot.state, name);
  return addState(added, scope, spot.state.name, value, name, null);
}

const emptyStart = (scope: Path): Link => ({ kind: "start", scope, from: null, to: null, field: [...scope, "StartAt"], label: "" });

function insertAtLink(text: string, link: Link, value: StateValue, name: string): Edited {
  const added = addState(text, link.scope, link.from, value, name, link.to);
  return { ...added, text: setLink(added.text, link, name) };
}

function addState(text: string, scope: Path, after: string | null, value: StateValue, name: string, to: string | null): Edited {
  const path = [...scope, "States", name];
  const state = idOf(path);
  const place = after ?? undefined;
  if (isTerminal(value.Type)) return { text: put(text, path, value, place), state };
  if (value.Type !== "Choice") return { text: put(text, path, { ...value, ...(to === null ? { End: true } : { Next: to }) }, place), state };
  const end = to ?? freeName(put(text, path, value, place), "Done");
  const choices = (value.Choices as StateValue[]).map((rule) => ({ ...rule, Next: end }));
  const chosen = put(text, path, { ...value, Choices: choices, Default: end }, place);
  return { text: to === null ? put(chosen, [...scope, "States", end], { Type: "Succeed" }, name) : chosen, state };
}

function addRule(text: string, state: StateNode, to: string): string {
  const jsonata = readMachine(text)?.jsonata && state.value.QueryLanguage !== "JSONPath";
  const rule = jsonata || state.value.QueryLanguage === "JSONata" ? { Condition: "{% false %}" } : { Variable: "$.value", IsPresent: true };
  const count = Array.isArray(state.value.Choices) ? state.value.Choices.length : 0;
  return put(text, [...state.path, "Choices", count], { ...rule, Next: to });
}

function addCatcher(text: string, state: StateNode, to: string): string {
  const old = Array.isArray(state.value.Catch) ? (state.value.Catch as StateValue[]) : [];
  const catchesAll = old.some(({ ErrorEquals }) => Array.isArray(ErrorEquals) && ErrorEquals.includes("States.ALL"));
  const jsonata = (state.value.QueryLanguage ?? readMachine(text)?.value.QueryLanguage) === "JSONata";
  const catcher = { ErrorEquals: [catchesAll ? "States.Timeout" : "States.ALL"], ...(jsonata ? {} : { ResultPath: "$.error" }), Next: to };
  // States.ALL has to stand in the last entry.
  if (catchesAll) return put(text, [...state.path, "Catch"], [...old.slice(0, -1), catcher, ...old.slice(-1)]);
  return put(text, [...state.path, "Catch", old.length], catcher);
}

/** Leads from one state to another of the same scope: by Next, by another rule, or by another catcher. */
export function connect(text: string, state: StateNode, kind: "next" | "catch", to: string): string {
  if (kind === "catch") return addCatcher(text, state, to);
  if (state.value.Type === "Choice") return addRule(text, state, to);
  const link: Link = { kind: "next", scope: state.path.slice(0, -2), from: state.name, to: null, field: [...state.path, "Next"], label: "" };
  return isTerminal(state.value.Type) ? text : setLink(text, link, to);
}

/** Gives a state another name, also where other states name it. */
export function renameState(text: string, path: Path, name: string): Edited {
  const scope = path.slice(0, -2);
  const old = path.at(-1);
  const links = scopeOf(text, scope)?.links.filter(({ to }) => to === old) ?? [];
  const linked = links.reduce((each, { field }) => put(each, field, name), text);
  return { text: renameKey(linked, path, name), state: idOf([...scope, "States", name]) };
}

const scopeOf = (text: string, path: Path): Scope | undefined => {
  const machine = readMachine(text);
  return machine && scopeAt(machine, path);
};

/** The state that follows a state, whatever happens in it. */
function successor(state: StateNode, scope: Scope): string | null {
  const kinds = ["next", "default", "choice"];
  const links = scope.links.filter(({ from, to, kind }) => from === state.name && to !== state.name && to !== null && kinds.includes(kind));
  return links.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))[0]?.to ?? null;
}

/** Removes a state: what led to it leads to the state behind it. States that nothing else led to go too. */
export function deleteState(text: string, path: Path): Edited {
  const scopePath = path.slice(0, -2);
  const name = path.at(-1) as string;
  const scope = scopeOf(text, scopePath);
  const state = scope?.states.find((each) => each.name === name);
  if (!scope || !state) return { text };
  const before = reachable(scope);
  const detached = detach(text, scopePath, name, successor(state, scope));
  return sweep(remove(detached, path), scopePath, before, name);
}

function detach(text: string, scopePath: Path, name: string, to: string | null): string {
  // From the last to the first, so that the indices of those before stay right.
  const scope = scopeOf(text, scopePath);
  const link = scope?.links.findLast((each) => each.to === name && each.from !== name);
  if (!scope || !link) return text;
  if (to !== null || link.kind !== "choice") return detach(setLink(text, link, to), scopePath, name, to);
  const siblings = scope.links.filter(({ from, kind }) => from === link.from && (kind === "choice" || kind === "default"));
  const others = siblings.filter((each) => each.to !== name);
  const isLastRule = siblings.filter(({ kind }) => kind === "choice").length === 1;
  if (!isLastRule) return detach(setLink(text, link, null), scopePath, name, to);
  const other = others[0]?.to;
  if (other) return detach(setLink(text, link, other), scopePath, name, to);
  const choice = [...scopePath, "States", link.from as string];
  return detach(remove(detach(text, scopePath, link.from as string, name), choice), scopePath, name, to);
}

function sweep(text: string, scopePath: Path, before: Set<string>, name: string): Edited {
  const scope = scopeOf(text, scopePath);
  if (!scope) return { text };
  const after = reachable(scope);
  const lost = scope.states.filter((each) => before.has(each.name) && !after.has(each.name));
  const swept = lost.reduce((each, { path }) => remove(each, path), text);
  const removed = [...before].filter((each) => each !== name && !after.has(each));
  const isEmptyBranch = scope.states.length === lost.length && scopePath.at(-2) === "Branches";
  const isOnlyBranch = rangeOf(text, [...scopePath.slice(0, -1), 1]) === undefined;
  return { text: isEmptyBranch && !isOnlyBranch ? remove(swept, scopePath) : swept, removed };
}

/** Whether a copy of a state can follow it: nothing would lead to one of a state without Next and End. */
export const canDuplicate = ({ value, scopes }: StateNode): boolean => scopes.length === 0 && value.Type !== "Choice" && !isTerminal(value.Type);

/** Adds a copy of a state behind it, as it is written. */
export function duplicateState(text: string, state: StateNode): Edited {
  const copy = written(text, state.path);
  if (copy === undefined || !canDuplicate(state)) return { text };
  const name = freeName(text, state.name);
  const path = [...state.path.slice(0, -1), name];
  return { text: connect(put(text, path, new Written(copy), state.name), state, "next", name), state: idOf(path) };
}

/** Moves a state with one way out to another link of its scope. */
export function moveState(text: string, state: StateNode, link: Link): Edited {
  const { name, path } = state;
  const scopePath = path.slice(0, -2);
  const isInScope = idOf(link.scope) === idOf(scopePath) && link.from !== name && link.to !== name;
  const scope = scopeOf(text, scopePath);
  if (!scope || !isInScope || state.value.Type === "Choice" || isTerminal(state.value.Type)) return { text };
  const detached = detach(text, scopePath, name, successor(state, scope));
  const now = scopeOf(detached, scopePath)?.links.find((each) => idOf(each.field) === idOf(link.field));
  const own = scope.links.find(({ from, kind }) => from === name && kind === "next");
  if (!now || !own) return { text };
  const moved = setLink(setLink(detached, own, now.to), now, name);
  const isWhole = reachable(scopeOf(moved, scopePath) ?? scope).size === reachable(scope).size;
  // Behind one of its own catchers, nothing would lead to it.
  return isWhole ? { text: moved, state: idOf(path) } : { text };
}
