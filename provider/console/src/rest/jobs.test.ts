import { expect, test } from "vitest";

import { type Job, JOB_COMMANDS, type JobCommand } from "./jobs";

const fitting = (job: Partial<Job>): string[] => (Object.keys(JOB_COMMANDS) as JobCommand[]).filter((name) => JOB_COMMANDS[name].fits(job as Job));

test.each<[Partial<Job>, string[]]>([
  [{ state: "waiting", priority: "low" }, ["cancel", "raise"]],
  [{ state: "waiting", priority: "normal" }, ["cancel", "lower"]],
  [{ state: "running", priority: "low" }, ["cancel"]],
  [{ state: "failed", priority: "low" }, ["retry", "resubmit"]],
  [{ state: "succeeded", priority: "normal" }, ["resubmit"]],
])("commands of the job %o are %o", (job, commands) => expect(fitting(job)).toEqual(commands));
