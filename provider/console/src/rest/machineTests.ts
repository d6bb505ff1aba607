import { useMutation } from "@tanstack/react-query";

import { change } from "./client";
import type { Visit } from "./machines";

/** What the work of one state answers. */
export type StateMock = { result: unknown } | { error: { error: string; cause: string } };
/** What one call of a Task state answers in a run with mocks. */
export type TaskMock = { result: unknown } | { error: string; cause: string };

export interface StateTest {
  definition: string;
  state: string;
  input: unknown;
  variables?: unknown;
  mock?: StateMock;
}

export interface StateTestResult {
  status: string;
  output?: unknown;
  error?: string | null;
  cause?: string | null;
  next_state?: string | null;
  retry_seconds?: number | null;
  steps: Array<{ name: string; value: unknown }>;
}

export interface MockRunResult {
  status: string;
  output?: unknown;
  error?: string | null;
  cause?: string | null;
  events: Array<Record<string, unknown>>;
  states: Visit[];
}

/** Tests one state, whose other states may have errors. */
export const useStateTest = () => useMutation({ mutationFn: (test: StateTest) => change<StateTestResult>("POST", "state-machines/test-state", test) });

/** Runs a whole definition with mocked tasks, in virtual time. */
export const useMockRun = () =>
  useMutation({
    mutationFn: (run: { definition: string; input: unknown; mocks: Record<string, TaskMock[]> }) =>
      change<MockRunResult>("POST", "state-machines/mock-runs", run),
  });
