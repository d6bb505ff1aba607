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

export interface Account {
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
