import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { whileBusy } from "../../rest/busy";
import { readPicture } from "../../rest/client";
import type { Job } from "../../rest/jobs";

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
    ...whileBusy,
  });
}
