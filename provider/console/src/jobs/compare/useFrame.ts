import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { readPicture, RestError } from "../../rest/client";
import type { Job } from "../../rest/jobs";

const BUSY = 503;
const ATTEMPTS = 5;
const PAUSE = 400; // milliseconds before the next attempt, each time longer
const KEPT = 60_000; // milliseconds for which a frame is kept that is not shown

/** Reads one frame as an address that an image shows; a server that is busy is asked again. */
export function useFrame(job: Job, of: string, at: number) {
  const path = `accounts/${job.account}/jobs/${job.id}/frames`;
  return useQuery({
    queryKey: ["frame", path, of, at],
    queryFn: () => readPicture(path, { of, at: at.toFixed(6) }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT,
    retry: (count, error) => count < ATTEMPTS && error instanceof RestError && error.status === BUSY,
    retryDelay: (count) => PAUSE * (count + 1),
  });
}
