import { useQuery } from "@tanstack/react-query";

import { address, read } from "./client";
import { hasEnded, type Job } from "./jobs";

/** One task of a job's run. */
export interface TimelineTask {
  task: string;
  map_index: number | null;
  label: string | null;
  state: string | null;
  attempt: number;
  started_at: string | null;
  ended_at: string | null;
  reused: boolean | null;
}

export interface Timeline {
  dag_id: string | null;
  run_id: string | null;
  tasks: TimelineTask[];
}

/** What the plan expects of the published files, and what verification found. */
export interface Verification {
  has_plan: boolean;
  total: number;
  files: Array<{ path: string; output: string; facts: Array<{ name: string; expected: unknown; found: unknown }> }>;
}

const pathOf = ({ account, id }: Job): string => `accounts/${account}/jobs/${id}`;

/** Reads the tasks of a job again and again until the job has ended. */
export function useTimeline(job: Job) {
  return useQuery({
    queryKey: ["timeline", job.account, job.id, hasEnded(job)],
    queryFn: () => read<Timeline>(`${pathOf(job)}/timeline`),
    refetchInterval: hasEnded(job) ? false : 2_000,
  });
}

export function useVerification(job: Job) {
  return useQuery({
    queryKey: ["verification", job.account, job.id],
    queryFn: () => read<Verification>(`${pathOf(job)}/verification`),
    enabled: job.state === "succeeded",
  });
}

/** Reads the workflow as the job carries it, as YAML. */
export function useFrozenWorkflow(job: Job) {
  return useQuery({
    queryKey: ["frozen", job.account, job.id],
    queryFn: async () => (await fetch(address(`${pathOf(job)}/workflow`))).text(),
  });
}
