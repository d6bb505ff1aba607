import { useQuery } from "@tanstack/react-query";

import type { Job } from "../../rest/jobs";
import { fileUrl } from "../fileUrl";
import { type Cell, cellsOf } from "./sprite";

/** Reads the cells of the sprite that a job has published; the sheets get absolute addresses. */
export function useCells(job: Job): Cell[] {
  const cues = job.outputs.find(
    ({ media_type: type, output }) => type === "text/vtt" && job.outputs.some((other) => other.output === output && other.media_type.startsWith("image/")),
  );
  const url = cues && fileUrl(job, cues);
  const { data } = useQuery({
    queryKey: ["cells", url],
    queryFn: async () => {
      const answer = await fetch(url ?? "");
      return answer.ok ? cellsOf(await answer.text()).map((cell) => ({ ...cell, sheet: new URL(cell.sheet, url).href })) : [];
    },
    enabled: url !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // a published file never changes
  });
  return data ?? [];
}
