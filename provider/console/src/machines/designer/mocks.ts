import type { StateMock, TaskMock } from "../../rest/machineTests";
import type { Visit } from "../../rest/machines";
import { parsed } from "./JsonInput";

/** A mocked answer as a person edits it. */
export interface Answer {
  kind: "result" | "error";
  result: string;
  error: string;
  cause: string;
}

export const NEW_ANSWER: Answer = { kind: "result", result: "{}", error: "States.TaskFailed", cause: "" };

export const taskMock = ({ kind, result, error, cause }: Answer): TaskMock => (kind === "result" ? { result: parsed(result) } : { error, cause });

export const stateMock = (answer: Answer): StateMock => {
  const mock = taskMock(answer);
  return "error" in mock ? { error: mock } : mock;
};

/** The worst or latest status of each state in a run, by its name. */
export function statusesOf(visits: readonly Visit[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { state, status } of visits) if (found[state] !== "failed") found[state] = status;
  return found;
}
