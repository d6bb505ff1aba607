import { useQuery } from "@tanstack/react-query";

import { read, readText } from "./client";
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
  is_in_one_task: boolean;
  tasks: TimelineTask[];
}

/** What the plan expects of the published files, and what verification found. */
export interface Verification {
  has_plan: boolean;
  total: number;
  files: Array<{ path: string; output: string; facts: Array<{ name: string; expected: unknown; found: unknown }> }>;
}

/** One announcement to one target. */
export interface Delivery {
  target: string;
  kind: string;
  state: "waiting" | "retrying" | "delivered" | "failed";
  attempts: number;
  attempted_at: string | null;
  next_attempt_at: string | null;
  error: { code: string; message: string } | null;
}

/** One event of a job, and its deliveries. */
export interface Announcement {
  event: string;
  event_id: string;
  time: string;
  dag_id: string;
  run_id: string;
  deliveries: Delivery[];
}

/** One rendition or audio track of a package. */
export interface Rendition {
  path: string;
  output: string;
  segments: Array<{ at: number; seconds: number; bits_per_second: number }>;
}

/** Quality of one video over time. */
export interface QualityOverTime {
  output: string;
  rendition: string;
  points: Array<{ at: number; mean: number; minimum: number }>;
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
  return useQuery({ queryKey: ["frozen", job.account, job.id], queryFn: () => readText(`${pathOf(job)}/workflow`) });
}

/** Reads the job's workflow as its file is now, as YAML. */
export function useCurrentWorkflow(job: Job) {
  return useQuery({ queryKey: ["current", job.account, job.id], queryFn: () => readText(`${pathOf(job)}/current-workflow`) });
}

/** Reads the announcements of a job again and again: an attempt may come days after the job. */
export function useAnnouncements(job: Job) {
  return useQuery({
    queryKey: ["announcements", job.account, job.id],
    queryFn: () => read<{ announcements: Announcement[] }>(`${pathOf(job)}/announcements`),
    refetchInterval: 5_000,
  });
}

export function useRenditions(job: Job) {
  return useQuery({
    queryKey: ["renditions", job.account, job.id],
    queryFn: () => read<{ renditions: Rendition[] }>(`${pathOf(job)}/renditions`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useQuality(job: Job) {
  return useQuery({
    queryKey: ["quality", job.account, job.id],
    queryFn: () => read<{ renditions: QualityOverTime[] }>(`${pathOf(job)}/quality`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
