import { membersOf, type Path, put, renameKey, written, Written } from "../jsonText";
import { OPERATORS, TENCENT_OPERATORS } from "./stateFields";

/** The words that combine tests of a rule, each with what it holds: a list of tests, or one. */
export const GROUPS = ["And", "Or"] as const;
export const WORDS = [...GROUPS, "Not"] as const;
export type Word = (typeof WORDS)[number];

/** What a test is: a comparison, tests combined by a word, or neither, which only JSON can show. */
export type TestKind = "comparison" | Word | "unclear";

type Fields = Record<string, unknown>;

/** A comparison to begin with, which is true or false for every input. */
export const NEW_COMPARISON = { Variable: "$.value", IsPresent: true };

const DECIDING = new Set<string>([...WORDS, ...OPERATORS]);
const isOfTest = (name: string): boolean => name === "Variable" || DECIDING.has(name);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The members that say what a test compares or combines; a correct test has exactly one. */
export const decidingNames = (test: Fields): string[] => Object.keys(test).filter((name) => DECIDING.has(name));

/** What a test is, as far as a form can show it. */
export function kindOf(test: unknown): TestKind {
  if (!isFields(test)) return "unclear";
  const [name, ...others] = decidingNames(test);
  if (others.length > 0) return "unclear";
  const word = WORDS.find((each) => each === name);
  if (!word) return "comparison";
  const isShown = word === "Not" ? isFields(test.Not) : Array.isArray(test[word]) && test[word].every(isFields);
  return isShown ? word : "unclear";
}

const objectOf = (members: ReadonlyArray<[string, unknown]>): Fields => Object.fromEntries(members);

/** Combines a test with a new one, or negates it. What does not belong to the test, such as `Next`, stays where it is. */
export function combine(text: string, path: Path, word: Word): string {
  const members = membersOf(text, path);
  const own = members.filter(([name]) => isOfTest(name));
  const test = own.length > 0 ? objectOf(own) : NEW_COMPARISON;
  const others: Array<[string, unknown]> = members.filter(([name]) => !isOfTest(name));
  const place = Math.max(members.findIndex(([name]) => isOfTest(name)), 0);
  return put(text, path, objectOf(others.toSpliced(place, 0, [word, word === "Not" ? test : [test, NEW_COMPARISON]])));
}

/** Whether a combination holds one test only, which can stand in its place. */
export function canUngroup(test: unknown): boolean {
  const kind = kindOf(test);
  if (kind === "Not") return true;
  return (kind === "And" || kind === "Or") && ((test as Fields)[kind] as unknown[]).length === 1;
}

/** Puts the only test of a combination in its place. */
export function ungroup(text: string, path: Path, word: Word): string {
  const outer = membersOf(text, path);
  const inner = membersOf(text, word === "Not" ? [...path, word] : [...path, word, 0]);
  const names = new Set(outer.map(([name]) => name));
  const moved = inner.filter(([name]) => name === word || !names.has(name));
  return put(text, path, objectOf(outer.flatMap((member) => (member[0] === word ? moved : [member]))));
}

/** Lets a group ask for all of its tests, or for one. */
export const setGroup = (text: string, path: Path, from: Word, to: Word): string => renameKey(text, [...path, from], to);

/** Lets two neighbours of a list change their places. */
export function swap(text: string, list: Path, index: number, by: number): string {
  const [path, other] = [[...list, index], [...list, index + by]];
  const [one, two] = [written(text, path), written(text, other)];
  if (one === undefined || two === undefined) return text;
  return put(put(text, path, new Written(two)), other, new Written(one));
}

/** What an operator compares with. */
export type OperandKind = "path" | "boolean" | "number" | "text";

export function operandKind(operator: string): OperandKind {
  if (operator.endsWith("Path")) return "path";
  if (operator.startsWith("Is") || operator.startsWith("Boolean")) return "boolean";
  return operator.startsWith("Numeric") ? "number" : "text";
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const BEGINNINGS: Record<OperandKind, unknown> = { path: "$.value", boolean: true, number: 0, text: "" };

/** The value that is typed for an operator. A number stays as it is typed; what is none is a text, which the check reports. */
export function operandOf(kind: OperandKind, typed: string): unknown {
  const isWritten = (kind === "number" && NUMBER.test(typed)) || (kind === "boolean" && ["true", "false"].includes(typed));
  return isWritten ? new Written(typed) : typed;
}

/** What a form shows of an operand as it is written. */
export function shownOperand(kind: OperandKind, found: string): string {
  if (!found.startsWith('"')) return found;
  const value = JSON.parse(found) as string;
  const isAmbiguous = operandOf(kind, value) instanceof Written;
  return isAmbiguous ? found : value;
}

/** Lets a comparison use another operator; its operand stays where the other operator can compare with it. */
export function setOperator(text: string, path: Path, from: string | undefined, to: string): string {
  const kind = operandKind(to);
  if (from === undefined) return put(text, [...path, to], BEGINNINGS[kind], "Variable");
  const renamed = renameKey(text, [...path, from], to);
  return operandKind(from) === kind ? renamed : put(renamed, [...path, to], BEGINNINGS[kind]);
}

export interface OperatorGroup {
  /** Whether the dialect documents the operators; undefined where it documents all. */
  isDocumented?: boolean;
  operators: readonly string[];
}

/** The operators to choose from: in Tencent's dialect, those that it documents come first. */
export function operatorGroups(isTencents: boolean): OperatorGroup[] {
  if (!isTencents) return [{ operators: OPERATORS }];
  return [
    { isDocumented: true, operators: OPERATORS.filter((name) => TENCENT_OPERATORS.has(name)) },
    { isDocumented: false, operators: OPERATORS.filter((name) => !TENCENT_OPERATORS.has(name)) },
  ];
}
