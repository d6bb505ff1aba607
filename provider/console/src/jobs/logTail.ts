/** One line of a task's log, as Airflow's API answers it. */
export interface LogLine {
  event: string;
  timestamp?: string | null;
  level?: string | null;
}

const SHOWN = 40;
/** Lines that Airflow adds to fold parts of a log. */
const FOLD = /^::(end)?group::/;

/** Returns the last lines of a log as text, each with the time of day. */
export const tailOf = (lines: Array<LogLine | string>): string[] =>
  lines
    .map((line) => (typeof line === "string" ? { event: line } : line))
    .filter(({ event }) => !FOLD.test(event))
    .slice(-SHOWN)
    .map(({ event, timestamp, level }) => [timestamp?.slice("2026-12-01T".length, "2026-12-01T10:00:00".length), level?.toUpperCase(), event].filter(Boolean).join("  "));
