import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { change, read } from "./client";
import type { Priority } from "./jobs";

interface Notice {
  code: string;
  message: string;
}

export interface Queue {
  active: number;
  active_limit: number | null;
  waiting: number;
  waiting_limit: number;
  held: number;
  oldest: string | null;
  paused: boolean;
  hold: Notice | null;
}

export const LIMITS = ["active", "waiting_normal", "waiting_low"] as const;
export type LimitName = (typeof LIMITS)[number];

/** The limits in the file, and those that somebody has set in their place. */
export interface Limits {
  configured: Record<LimitName, number>;
  changed: Partial<Record<LimitName, number>>;
  changed_by: string | null;
  changed_at: string | null;
}

/** What a change of limits says; a field that is absent gets the limit of the file. */
export interface LimitsBody {
  active?: number;
  waiting?: { normal?: number; low?: number };
}

/** What happened in a queue in one span of time. */
export interface QueueSpan {
  begin: string;
  submitted: number;
  started: number;
  succeeded: number;
  failed: number;
  cancelled: number;
  waited_median: number | null;
  waited_longest: number | null;
}

export interface Account {
  limits: Limits;
  account: string;
  active: number;
  slots: number | null;
  warnings: Notice[];
  queues: Record<Priority, Queue>;
}

/** Reads an account's queues every few seconds. */
export function useQueues(account: string) {
  return useQuery({
    queryKey: ["queues", account],
    queryFn: () => read<Account>(`accounts/${account}/queues`),
    refetchInterval: 3_000,
  });
}

/** Pauses or resumes a queue. */
export function useQueueCommand(account: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ priority, command }: { priority: Priority; command: "pause" | "resume" }) =>
      change("POST", `accounts/${account}/queues/${priority}/${command}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["queues"] }),
  });
}

/** Reads what happened in an account's queues in the last day. */
export function useQueueHistory(account: string) {
  return useQuery({
    queryKey: ["queue history", account],
    queryFn: () => read<{ queues: Record<Priority, QueueSpan[]> }>(`accounts/${account}/queues/history`, { bucket_minutes: "30" }),
    refetchInterval: 30_000,
  });
}

/** Returns the change that makes limits what a person has typed; what the file says too is left out. */
export function limitsBody({ configured }: Limits, typed: Partial<Record<LimitName, string>>): LimitsBody {
  const chosen = (name: LimitName): number | undefined => {
    const number = Number(typed[name]);
    return typed[name] === undefined || number === configured[name] ? undefined : number;
  };
  const [active, normal, low] = LIMITS.map(chosen);
  const waiting = { ...(normal !== undefined && { normal }), ...(low !== undefined && { low }) };
  return { ...(active !== undefined && { active }), ...(Object.keys(waiting).length > 0 && { waiting }) };
}

/** Sets the limits of an account's queues. */
export function useLimitsChange(account: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: LimitsBody) => change("PUT", `accounts/${account}/queues/limits`, body),
    onSettled: () => queries.invalidateQueries({ queryKey: ["queues"] }),
  });
}
