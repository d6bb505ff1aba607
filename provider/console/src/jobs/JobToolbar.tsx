import { Button, HStack, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import type { Action } from "../parts/copies";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { address } from "../rest/client";
import { hasEnded, type Job, type JobCommand, JOB_COMMANDS, useJobCommand } from "../rest/jobs";

const LABELS = { cancel: "cancel", retry: "retry", raise: "queueRaise", lower: "queueLower", resubmit: "queueResubmit" } as const;

/** What can be done with the selected jobs; each button works for those jobs that it fits. */
export function JobToolbar({ selected, onDone }: { selected: Job[]; onDone: () => void }) {
  const command = useJobCommand();
  const [only] = selected.length === 1 ? selected : [];
  const run = (name: JobCommand) => {
    command.mutate({ jobs: selected.filter(JOB_COMMANDS[name].fits), command: name });
    onDone();
  };
  return (
    <>
      {command.error && <Failure error={command.error} />}
      {selected.length > 0 && (
        <HStack role="toolbar" aria-label={t("selected", { count: selected.length })} wrap="wrap">
          <Text>{t("selected", { count: selected.length })}</Text>
          {(Object.keys(LABELS) as JobCommand[]).map((name) => (
            <Button key={name} size="sm" variant="outline" disabled={!selected.some(JOB_COMMANDS[name].fits)} onClick={() => run(name)}>
              {t(LABELS[name])}
            </Button>
          ))}
          {only && <CopyAs action={actionOf(only)} />}
        </HStack>
      )}
    </>
  );
}

/** The likeliest change of a job: another priority while it waits, a cancel while it runs, then a new job like it. */
export function actionOf(job: Job): Action {
  const url = (path: string): string => address(`accounts/${job.account}/jobs/${job.id}/${path}`).href;
  const account = `--account ${job.account}`;
  if (hasEnded(job)) return { method: "POST", url: url("resubmit"), cli: `media resubmit ${job.id} ${account}` };
  if (job.state === "running") return { method: "POST", url: url("cancel"), cli: `media cancel ${job.id} ${account}` };
  const priority = job.priority === "low" ? "normal" : "low";
  return { method: "POST", url: url("priority"), body: { priority }, cli: `media prioritize ${priority} ${job.id} ${account}` };
}
