import { Badge } from "@chakra-ui/react";

const PALETTES: Record<string, string> = {
  RUNNING: "blue",
  SUCCEEDED: "green",
  FAILED: "red",
  TIMED_OUT: "red",
  ABORTED: "orange",
};

/** The status of an execution, or of its visit to a state, in its colour. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge colorPalette={PALETTES[status.toUpperCase()] ?? "gray"} variant="surface">
      {status}
    </Badge>
  );
}
