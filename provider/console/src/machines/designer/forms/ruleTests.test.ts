import { expect, test } from "vitest";

import { canUngroup, combine, kindOf, NEW_COMPARISON, operandKind, operandOf, operatorGroups, setGroup, setOperator, shownOperand, swap, ungroup, WORDS } from "./ruleTests";
import { membersOf, put, type Path, remove, Written } from "../jsonText";
import { OPERATORS } from "./stateFields";

const RULE: Path = ["Choices", 0];
const of = (rule: string): string => `{"Choices": [${rule}]}`;
const COMPARED = '{"Comment": "c", "Variable": "$.a", "NumericEquals": 1.50, "Next": "B", "x-own": {"b": 1, "a": 2}}';
const NESTED = `{
    "Choices": [
        {
            "Next": "B",
            "Or": [
                {"Not": {"StringEquals": "x", "Variable": "$.a", "x-own": 12345678901234567890}},
                {
                    "And": [
                        {"Variable": "$.b", "IsPresent": true}
                    ]
                }
            ],
            "x-own": null
        }
    ]
}
`;

test.each([
  ["comparison", { Variable: "$.a", IsNull: true }],
  ["comparison", {}],
  ["And", { And: [{}] }],
  ["Or", { Or: [] }],
  ["Not", { Not: {} }],
  ["unclear", { And: {} }],
  ["unclear", { Or: ["text"] }],
  ["unclear", { Not: [] }],
  ["unclear", { And: [], IsNull: true }],
  ["unclear", "text"],
])("a form shows as %s: %j", (kind, rule) => {
  expect(kindOf(rule)).toBe(kind);
});

test.each([
  ["And", '{"And": [{"Variable": "$.a", "NumericEquals": 1.50}, {"Variable": "$.value", "IsPresent": true}]'],
  ["Not", '{"Not": {"Variable": "$.a", "NumericEquals": 1.50}'],
] as const)("a test goes into %s as it is written, and its rule stays", (word, group) => {
  const combined = combine(of(COMPARED), RULE, word);
  const rest = '"Next": "B", "x-own": {"b": 1, "a": 2}}';
  const expected = of(`${group.replace("{", '{"Comment": "c", ')}, ${rest}`);
  expect(combined.replaceAll(/\s+/g, " ").replaceAll(/ (?=[\]}])|(?<=[[{]) /g, "")).toBe(expected);
});

test.each(WORDS)("a test that went into %s comes back as it was", (word) => {
  const combined = combine(of(COMPARED), RULE, word);
  const alone = word === "Not" ? combined : remove(combined, [...RULE, word, 1]);
  expect(ungroup(alone, RULE, word).replaceAll(/\s/g, "")).toBe(of(COMPARED).replaceAll(/\s/g, ""));
});

test("a rule without a test gets a group of new ones", () => {
  const combined = combine(of('{"Next": "B"}'), RULE, "Or");
  expect(JSON.parse(combined).Choices[0]).toEqual({ Or: [NEW_COMPARISON, NEW_COMPARISON], Next: "B" });
});

test("a group with one test can be taken apart", () => {
  expect([{ Not: {} }, { And: [{}] }, { And: [{}, {}] }, { IsNull: true }].map(canUngroup)).toEqual([true, true, false, false]);
  const inner: Path = [...RULE, "Or", 1];
  expect(JSON.parse(ungroup(NESTED, inner, "And")).Choices[0].Or[1]).toEqual({ Variable: "$.b", IsPresent: true });
});

test("edits of nested tests change no other byte", () => {
  const not: Path = [...RULE, "Or", 0, "Not"];
  expect(setOperator(NESTED, not, "StringEquals", "StringMatches")).toBe(NESTED.replace("StringEquals", "StringMatches"));
  expect(setGroup(NESTED, RULE, "Or", "And")).toBe(NESTED.replace('"Or"', '"And"'));
  expect(put(NESTED, [...not, "StringEquals"], operandOf("text", "y"))).toBe(NESTED.replace('"x"', '"y"'));
  expect(swap(swap(NESTED, [...RULE, "Or"], 0, 1), [...RULE, "Or"], 1, -1)).toBe(NESTED);
  const added = combine(NESTED, not, "And");
  expect(ungroup(remove(added, [...not, "And", 1]), not, "And").replaceAll(/\s/g, "")).toBe(NESTED.replaceAll(/\s/g, ""));
});

test("another operator keeps an operand that it can compare with", () => {
  const rule = of('{"Variable": "$.a", "NumericEquals": 1.50, "Next": "B"}');
  expect(setOperator(rule, RULE, "NumericEquals", "NumericLessThan")).toBe(rule.replace("NumericEquals", "NumericLessThan"));
  expect(setOperator(rule, RULE, "NumericEquals", "IsNull")).toBe(rule.replace('NumericEquals": 1.50', 'IsNull": true'));
  expect(setOperator(rule, RULE, "NumericEquals", "StringEqualsPath")).toBe(rule.replace('NumericEquals": 1.50', 'StringEqualsPath": "$.value"'));
  expect(setOperator(of('{"Variable": "$.a", "Next": "B"}'), RULE, undefined, "IsNull")).toBe(of('{"Variable": "$.a", "IsNull": true, "Next": "B"}'));
});

test.each([
  ["NumericEquals", "1.50", "1.50"],
  ["NumericEquals", "-", '"-"'],
  ["StringEquals", "1.50", '"1.50"'],
  ["StringEquals", "", '""'],
  ["IsPresent", "false", "false"],
  ["StringEqualsPath", "$.a", '"$.a"'],
])("%s compares with %s, written %s", (operator, typed, expected) => {
  const kind = operandKind(operator);
  const value = operandOf(kind, typed);
  const found = value instanceof Written ? value.text : JSON.stringify(value);
  expect(found).toBe(expected);
  expect(shownOperand(kind, found)).toBe(typed);
});

test("a number in quotes is shown with its quotes", () => {
  expect(shownOperand("number", '"5"')).toBe('"5"');
  expect(shownOperand("text", '"5"')).toBe("5");
});

test("operators that Tencent documents come first in its dialect", () => {
  const [documented, others] = operatorGroups(true);
  expect(documented?.operators).toHaveLength(5);
  expect([...documented!.operators, ...others!.operators]).toEqual(OPERATORS);
  expect(operatorGroups(false).flatMap(({ operators }) => operators)).toEqual(OPERATORS);
});

test("members are read in their order, each as it is written", () => {
  expect(membersOf('{"b": 1.0, "a": {"c":  2}}', []).map(([name, { text }]) => [name, text])).toEqual([["b", "1.0"], ["a", '{"c":  2}']]);
  expect(membersOf("{}", [])).toEqual([]);
});
