import { Alert, Code, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { useErrorText } from "../i18n/errors";
import type { Job } from "../rest/jobs";

/** Why a job has failed, and what to do next. */
export function JobErrors({ job }: { job: Job }) {
  return job.errors.map((error) => <JobError key={error.code + error.message} {...error} />);
}

function JobError({ code, message, task, advice }: Job["errors"][number]) {
  const known = useErrorText(code);
  const next = known?.advice ?? advice;
  return (
    <Alert.Root status="error" role="alert">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>
          <Code>{code}</Code> {known?.title} {task && t("jobErrorIn", { task })}
        </Alert.Title>
        <Alert.Description>
          <Text lang="en">{message}</Text>
          {next && (
            <Text mt={1}>
              <strong>{t("jobAdvice")}</strong> {next}
            </Text>
          )}
          <Text mt={1} fontSize="sm">
            {t("jobErrorPage", { page: "docs/reference/errors.md" })}
          </Text>
        </Alert.Description>
      </Alert.Content>
    </Alert.Root>
  );
}
