import { DATA_FIELDS, OWN_FIELDS, RETRIES, RETRY_FIELDS } from "./forms/stateFields";
import { isTerminal, type Machine, scopeAt, statesOf } from "./machineModel";
import { ITEMS } from "./stateKinds";

const TYPES = ["Task", "Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail"];
const LANGUAGES = ["JSONPath", "JSONata"];

/** What can stand at a place of a definition: names of fields, of states, of errors, of resources. */
export function namesAt(
  path: ReadonlyArray<string | number>,
  isKey: boolean,
  machine: Machine | undefined,
  { errors, operators }: { errors: readonly string[]; operators: readonly string[] },
): string[] {
  const [last, holder] = [path.at(-1), path.at(-2)];
  if (!isKey) {
    if (last === "Type") return TYPES;
    if (last === "QueryLanguage") return LANGUAGES;
    if (last === "Resource") return ITEMS.flatMap(({ resource }) => resource ?? []);
    if (["Next", "Default", "StartAt"].includes(String(last))) return statesAround(path, machine);
    return holder === "ErrorEquals" ? [...errors] : [];
  }
  const table = path.at(-3);
  if (table === "Retry" || holder === "Retry") return ["ErrorEquals", ...RETRY_FIELDS, "JitterStrategy", "Comment"];
  if (table === "Catch" || holder === "Catch") return ["ErrorEquals", "Next", "ResultPath", "Output", "Assign", "Comment"];
  if (table === "Choices" || holder === "Choices") return ["Variable", "Condition", "Next", "And", "Or", "Not", "Assign", "Output", ...operators];
  const state = machine && statesOf(machine).find(({ path: at }) => at.length === path.length - 1 && at.every((key, index) => key === path[index]));
  if (state) return fieldsOf(String(state.value.Type));
  return path.length <= 1 ? ["Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version"] : [];
}

function fieldsOf(type: string): string[] {
  const own = [...(OWN_FIELDS[type] ?? []), ...(DATA_FIELDS[type] ?? [])].map(({ name }) => name);
  const tables = { Choice: ["Choices", "Default"], Parallel: ["Branches"], Map: ["ItemProcessor"] }[type] ?? [];
  const links = isTerminal(type) || type === "Choice" ? [] : ["Next", "End"];
  return ["Type", "Comment", "QueryLanguage", ...own, ...tables, ...links, ...(RETRIES.includes(type) ? ["Retry", "Catch"] : [])];
}

/** The states of the innermost scope around a place. */
function statesAround(path: ReadonlyArray<string | number>, machine: Machine | undefined): string[] {
  const place = path.at(-1) === "StartAt" ? path.length - 1 : path.lastIndexOf("States");
  const scope = machine && scopeAt(machine, path.slice(0, Math.max(place, 0)));
  return scope?.states.map(({ name }) => name) ?? [];
}
