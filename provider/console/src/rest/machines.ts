import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { change, read } from "./client";

export const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
export type Status = (typeof STATUSES)[number];

/** A state machine in a list. */
export interface MachineSummary {
  name: string;
  comment: string | null;
  type: string | null;
  dialect: string | null;
  dag_id: string;
  paused: boolean;
  known: boolean;
  running: number;
}

/** A state machine with its definition. */
export interface Machine {
  name: string;
  dialect: string | null;
  definition: string;
  picture: string | null;
  states: Array<{ name: string; type: string }>;
  diagnostics: Array<{ line: number; column: number; field: string; message: string; rule: string; severity: string }>;
}

export interface ExecutionSummary {
  name: string;
  status: Status;
  started_at: string | null;
  stopped_at: string | null;
}

/** One visit of an execution to a state. */
export interface Visit {
  state: string;
  type: string;
  status: string;
  started: string;
  ended: string | null;
  input: unknown;
  output: unknown;
  error: string | null;
  cause: string | null;
  iterations: number[];
}

export interface ExecutionStates {
  status: Status;
  picture: string;
  left_out: number;
  states: Visit[];
}

const SECOND = 1_000;
const encoded = encodeURIComponent;

export function useMachines() {
  return useQuery({
    queryKey: ["machines"],
    queryFn: () => read<{ machines: MachineSummary[] }>("state-machines", { limit: "200" }),
    refetchInterval: 10 * SECOND,
  });
}

export function useMachine(name: string) {
  return useQuery({ queryKey: ["machine", name], queryFn: () => read<Machine>(`state-machines/${encoded(name)}`) });
}

export function useExecutions(machine: string, query: Record<string, string | undefined>) {
  return useQuery({
    queryKey: ["executions", machine, query],
    queryFn: () => read<{ executions: ExecutionSummary[]; next: string | null }>(`state-machines/${encoded(machine)}/executions`, query),
    placeholderData: keepPreviousData,
    refetchInterval: 3 * SECOND,
  });
}

const pathOf = (machine: string, name: string): string => `state-machines/${encoded(machine)}/executions/${encoded(name)}`;

/** Reads the states of an execution again and again until it has ended. */
export function useExecution(machine: string, name: string) {
  return useQuery({
    queryKey: ["execution", machine, name],
    queryFn: () => read<ExecutionStates>(`${pathOf(machine, name)}/states`),
    refetchInterval: ({ state }) => (state.data && state.data.status !== "RUNNING" ? false : SECOND),
  });
}

/** Starts an execution with an input in JSON. */
export function useStart(machine: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: string) =>
      change<{ name: string }>("POST", `state-machines/${encoded(machine)}/executions`, { input: JSON.parse(input) as unknown }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["executions", machine] }),
  });
}

/** Stops or redrives an execution. */
export function useExecutionCommand(machine: string, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: "stop" | "redrive") => change("POST", `${pathOf(machine, name)}/${command}`, command === "stop" ? {} : undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ["execution", machine, name] }),
  });
}
