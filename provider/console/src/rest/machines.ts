import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { address, change, read } from "./client";
import type { Diagnostic } from "./definitions";

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
  diagnostics: Diagnostic[];
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
  variables: Record<string, unknown>;
  task: string | null;
  map_index: number | null;
  media: string[];
  maps: string[];
  iterations: number[];
}

export interface ExecutionStates {
  status: Status;
  dag_id: string;
  input: unknown;
  output: unknown;
  error: string | null;
  cause: string | null;
  picture: string;
  left_out: number;
  states: Visit[];
}

/** One event of a history; the fields that are not named depend on its type. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: string;
  type: string;
  [detail: string]: unknown;
}

/** A question that waits for a person. */
export interface Approval {
  dag_id: string;
  run_id: string;
  task_id: string;
  map_index: number;
  state: string | null;
  subject: string;
  body: string | null;
  options: string[];
  assigned_to: string[];
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

/** Returns the address of a file that a task of an execution has made. */
export const executionFile = (machine: string, name: string, uri: string): string => address(`${pathOf(machine, name)}/file`, { uri }).href;

/** Reads the events of an execution, again and again while it runs. */
export function useHistory(machine: string, name: string, isRunning: boolean) {
  return useQuery({
    queryKey: ["history", machine, name, isRunning],
    queryFn: () => read<{ events: HistoryEvent[] }>(`${pathOf(machine, name)}/history`),
    placeholderData: keepPreviousData,
    refetchInterval: isRunning ? 2 * SECOND : false,
  });
}

/** Reads the questions of a running execution that nobody has answered yet. */
export function useApprovals(machine: string, name: string) {
  return useQuery({
    queryKey: ["approvals", machine, name],
    queryFn: () => read<{ approvals: Approval[] }>(`${pathOf(machine, name)}/approvals`),
    refetchInterval: 2 * SECOND,
  });
}

/** Answers a question by Airflow's own API, which knows who may answer it. */
export function useApprove(machine: string, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ approval, option }: { approval: Approval; option: string }) => {
      const { dag_id: dag, run_id: run, task_id: task, map_index: index } = approval;
      const url = new URL(`api/v2/dags/${dag}/dagRuns/${encoded(run)}/taskInstances/${task}/${index}/hitlDetails`, document.baseURI);
      const body = JSON.stringify({ chosen_options: [option], params_input: {} });
      const answer = await fetch(url, { method: "PATCH", headers: { "Content-Type": "application/json" }, body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ["approvals", machine, name] }), queries.invalidateQueries({ queryKey: ["execution", machine, name] })]),
  });
}
