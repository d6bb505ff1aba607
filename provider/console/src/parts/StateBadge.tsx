import { Badge } from "@chakra-ui/react";

import { t } from "../i18n";
import type { JobState } from "../rest/jobs";

const PALETTES: Record<JobState, string> = {
  waiting: "gray",
  running: "blue",
  succeeded: "green",
  failed: "red",
  cancelled: "orange",
  timed_out: "red",
};

/** The name of a job's state in the person's language. */
export const stateName = (state: JobState): string => t(state === "failed" ? "failedState" : state);

/** A job's state in its colour. */
export function StateBadge({ state }: { state: JobState }) {
  return (
    <Badge colorPalette={PALETTES[state]} variant="surface">
      {stateName(state)}
    </Badge>
  );
}
