import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { change, read } from "./client";

export const JOB_STATES = ["waiting", "running", "succeeded", "failed", "cancelled", "timed_out"] as const;
export type JobState = (typeof JOB_STATES)[number];
export const PRIORITIES = ["normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A job, as the REST API answers it. */
export interface Job {
  id: string;
  account: string;
  priority: Priority;
  state: JobState;
  workflow: string;
  source: string;
  output: string;
  file_name?: string;
  thumbnail?: string | null;
  vmaf?: number | null;
  quality?: Quality[];
  submitted_at: string;
  started_at: string | null;
  ended_at: string | null;
  video: string | null;
  position: number | null;
  hold: { code: string; message: string } | null;
  progress: { percent: number; stage: string; speed: number | null; eta: number | null } | null;
  manifest: string | null;
  outputs: PublishedFile[];
  left_out: Array<Record<string, unknown>>;
  errors: Array<{ code: string; message: string; task?: string; advice?: string }>;
  warnings: string[];
}

/** VMAF of one video, pooled over its frames; scores from 0 to 100. */
export interface Quality {
  output: string;
  rendition: string;
  is_sampled: boolean;
  mean: number;
  harmonic_mean: number;
  first_percentile: number;
  minimum: number;
}

/** A file that a job has published. */
export interface PublishedFile {
  output: string;
  file: string;
  uri: string;
  size: number;
  media_type: string;
  facts?: Record<string, unknown>;
}

export interface JobPage {
  jobs: Job[];
  next: string | null;
}

const SECOND = 1_000;

export const hasEnded = (job: Job): boolean => job.state !== "waiting" && job.state !== "running";

export const fileName = (job: Job): string => job.file_name ?? job.source.split("/").at(-1) ?? job.source;

/** Lists jobs again and again: often while one is waiting or running. */
export function useJobs(account: string, query: Record<string, string | undefined>) {
  return useQuery({
    queryKey: ["jobs", account, query],
    queryFn: () => read<JobPage>(`accounts/${account}/jobs`, { ...query, details: "true" }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.jobs.every(hasEnded) ? 10 * SECOND : 2 * SECOND),
  });
}

/** Reads one job again and again until it has ended. */
export function useJob(account: string, id: string) {
  return useQuery({
    queryKey: ["job", account, id],
    queryFn: () => read<Job>(`accounts/${account}/jobs/${id}`),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : SECOND),
  });
}

/** What can be done with jobs: which jobs a command fits, and the request that it sends for each of them. */
export const JOB_COMMANDS = {
  cancel: { fits: (job: Job) => !hasEnded(job), path: "cancel" },
  retry: { fits: (job: Job) => hasEnded(job) && job.state !== "succeeded", path: "retry" },
  raise: { fits: (job: Job) => job.state === "waiting" && job.priority === "low", path: "priority", body: { priority: "normal" } },
  lower: { fits: (job: Job) => job.state === "waiting" && job.priority === "normal", path: "priority", body: { priority: "low" } },
  resubmit: { fits: hasEnded, path: "resubmit" },
} as const;
export type JobCommand = keyof typeof JOB_COMMANDS;

const run = (job: Job, { path, ...content }: { path: string; body?: unknown }): Promise<unknown> =>
  change("POST", `accounts/${job.account}/jobs/${job.id}/${path}`, content.body);

/** Does one thing with jobs; each job goes its own way, and the first refusal is shown. */
export function useJobCommand() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ jobs, command }: { jobs: Job[]; command: JobCommand }) => Promise.all(jobs.map((job) => run(job, JOB_COMMANDS[command]))),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ["jobs"] }), queries.invalidateQueries({ queryKey: ["job"] })]),
  });
}

/** What a submission says. */
export interface Submission {
  source: string;
  workflow?: string;
  priority?: Priority;
}

/** Submits a source as a job. */
export const submit = (account: string, body: Submission): Promise<{ id: string }> =>
  change("POST", `accounts/${account}/ingest-requests`, body);

/** Uploads a file to a place of its own and returns the URI that a submission names. */
export async function upload(account: string, file: File, onProgress: (percent: number) => void): Promise<string> {
  const place = await read<{ signed_url: string; api_request_url: string }>(
    `accounts/${account}/upload-urls/${encodeURIComponent(file.name)}`,
  );
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not say how far an upload is
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(Math.floor((100 * loaded) / total)));
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(new Error(`${request.status} ${request.statusText}`))));
    request.addEventListener("error", () => reject(new Error("The bucket refused the upload; allow PUT from this site in its CORS rules.")));
    request.open("PUT", place.signed_url);
    request.send(file);
  });
  return place.api_request_url;
}
