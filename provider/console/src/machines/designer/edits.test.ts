import { existsSync, globSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { canInsert, connect, deleteState, duplicateState, freeName, insertState, moveState, renameState, setLink, type Spot } from "./edits";
import { put, remove, rangeOf, treeOf, written } from "./jsonText";
import { readMachine, reachable, scopesOf, statesOf, isTerminal, type Machine } from "./machineModel";
import { ITEMS, stateFrom } from "./stateKinds";

const SHIPPED = globSync("../../include/state_machines/*.json").map((path) => readFileSync(path, "utf8"));
const cases = `${process.env.STATELANG_CASES ?? "nowhere"}/definitions.jsonl`;
const GATHERED = existsSync(cases)
  ? readFileSync(cases, "utf8").trim().split("\n").map((line) => JSON.stringify((JSON.parse(line) as { definition: unknown }).definition, null, 2))
  : [];
const ALL = [...SHIPPED, ...GATHERED];

/** Numbers between 0 and 1, the same ones for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const pick = <T>(items: readonly T[], next: () => number): T | undefined => items[Math.floor(next() * items.length)];
const read = (text: string): Machine => readMachine(text) as Machine;

/** What keeps a machine from running: names of no state, states that nothing leads to, ways without an end. */
function faults(text: string): string[] {
  return scopesOf(read(text).top).flatMap(({ states, links, path }) => {
    const names = new Set(states.map(({ name }) => name));
    const found = reachable({ states, links, path });
    const lost = states.filter(({ name }) => !found.has(name)).map(({ name }) => `nothing leads to ${name}`);
    const dangling = links.filter(({ to, kind }) => (to === null ? !["next", "start"].includes(kind) : !names.has(to)));
    const ends = states.filter(({ value }) => !isTerminal(value.Type) && value.Type !== "Choice");
    const endless = ends.filter(({ value }) => ("Next" in value) === (value.End === true)).map(({ name }) => `${name} has Next and End or neither`);
    const ruleless = states.filter(({ value }) => value.Type === "Choice" && !(value.Choices as unknown[]).length).map(({ name }) => `${name} has no rule`);
    const startless = states.length > 0 && !links[0]?.to ? ["no beginning"] : [];
    return [...lost, ...dangling.map(({ from, kind, to }) => `${from} ${kind} leads to ${to}`), ...endless, ...ruleless, ...startless];
  });
}

function spots(machine: Machine): Spot[] {
  const links = scopesOf(machine.top).flatMap((scope) => scope.links.map((link): Spot => ({ kind: "link", link })));
  const others = statesOf(machine).flatMap((state): Spot[] => {
    const { Type } = state.value;
    return [
      ...(Type === "Choice" ? [{ kind: "rule", state } as const] : []),
      ...(Type === "Parallel" ? [{ kind: "branch", state } as const] : []),
      ...(["Task", "Parallel", "Map"].includes(String(Type)) ? [{ kind: "catch", state } as const] : []),
    ];
  });
  return [...links, ...others];
}

function edit(text: string, next: () => number): string {
  const machine = read(text);
  const state = pick(statesOf(machine), next);
  const choice = next();
  if (state && choice < 0.3) return deleteState(text, state.path).text;
  if (state && choice < 0.4) return renameState(text, state.path, freeName(text, `Renamed "${Math.floor(next() * 99)}" é`)).text;
  const spot = pick(spots(machine), next) as Spot;
  if (state && choice < 0.42) return duplicateState(text, state).text;
  if (state && choice < 0.47 && spot.kind === "link") return moveState(text, state, spot.link).text;
  const item = pick(ITEMS, next)!;
  return canInsert(item.type, spot) ? insertState(text, spot, stateFrom(item, machine.jsonata), item.name).text : text;
}

describe.each([
  ["empty", '{\n  "StartAt": "",\n  "States": {}\n}\n'],
  ["on one line", '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'],
  ["in JSONata", '{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'],
  ["with tabs and Windows' ends of lines", '{\r\n\t"StartAt": "A",\r\n\t"States": {\r\n\t\t"A": {"Type": "Pass", "End": true}\r\n\t}\r\n}\r\n'],
])("a machine %s", (_, begun) => {
  test.each(Array.from({ length: 25 }, (__, seed) => seed))("stays connected after random edits %i", (seed) => {
    const next = random((seed + 1) * 7_919);
    let text = begun;
    for (let count = 0; count < 40; count++) {
      const before = text;
      text = edit(text, next);
      expect(faults(text), `${before}\n→\n${text}`).toEqual([]);
    }
    expect(text.includes("\r\n")).toBe(begun.includes("\r\n"));
    expect(/[^\r]\n/.test(text)).toBe(/[^\r]\n/.test(begun));
  });
});

test.each(ALL.map((text, index) => [index, text] as const))("definition %i keeps every byte that no edit is about", (_, text) => {
  const machine = read(text);
  for (const { path, name } of statesOf(machine)) {
    const back = renameState(renameState(text, path, "Another name").text, [...path.slice(0, -1), "Another name"], name);
    expect(back.text).toBe(text);
  }
  for (const link of scopesOf(machine.top).flatMap(({ links }) => links)) {
    const isWritten = [link.field, [...link.field.slice(0, -1), "End"]].some((field) => rangeOf(text, field));
    if (isWritten) expect(setLink(text, link, link.to)).toBe(text);
  }
});

test.each(ALL.map((text, index) => [index, text] as const))("definition %i keeps its references when states are renamed", (_, text) => {
  const machine = read(text);
  const renamed = statesOf(machine).reduceRight((each, { path, name }) => renameState(each, path, `New ${name}`).text, text);
  const names = statesOf(machine).map(({ name }) => `New ${name}`);
  expect(statesOf(read(renamed)).map(({ name }) => name)).toEqual(names);
  const targets = scopesOf(machine.top).flatMap(({ links }) => links.map(({ to }) => to && `New ${to}`));
  const inside = scopesOf(machine.top).flatMap(({ states, links }) => links.map(({ to }) => states.some(({ name }) => name === to)));
  expect(scopesOf(read(renamed).top).flatMap(({ links }) => links.map(({ to }) => to))).toEqual(
    targets.map((to, index) => (inside[index] ? to : (to?.slice(4) ?? null))),
  );
});

test("a removed state that only it led to goes too", () => {
  const text = '{"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "F"}], "Default": "D"}, "F": {"Type": "Fail"}, "D": {"Type": "Succeed"}}}';
  const { text: left, removed } = deleteState(text, ["States", "C"]);
  expect(left).toBe('{"StartAt": "D", "States": {"D": {"Type": "Succeed"}}}');
  expect(removed).toEqual(["F"]);
});

test("a catcher is put before the one for all errors", () => {
  const text = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "media:probe", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "Next": "B"}, "B": {"Type": "Fail"}}}';
  const state = statesOf(read(text))[0]!;
  const edited = statesOf(read(connect(text, state, "catch", "B")))[0]!;
  expect((edited.value.Catch as Array<{ ErrorEquals: string[] }>).map(({ ErrorEquals }) => ErrorEquals[0])).toEqual(["States.Timeout", "States.ALL"]);
});

test("fields are added in the style of the text", () => {
  const text = '{\n    "A": {"x": 1},\n    "B": {\n        "x": 1\n    }\n}\n';
  expect(put(text, ["A", "y"], 2)).toBe(text.replace('{"x": 1}', '{"x": 1, "y": 2}'));
  expect(put(text, ["B", "y"], [1, 2])).toBe(text.replace('"x": 1\n    }', '"x": 1,\n        "y": [1, 2]\n    }'));
  expect(remove(put(text, ["B", "y"], 2), ["B", "y"])).toBe(text);
  expect(written(text, ["B"])).toBe('{\n    "x": 1\n}');
  expect(rangeOf(text, ["A", "nothing"])).toBeUndefined();
  expect(treeOf("{")).toBeUndefined();
});
