import { Alert, Code, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import type { Job } from "../rest/jobs";

/** Why a job has failed, and what to do next. */
export function JobErrors({ job }: { job: Job }) {
  return job.errors.map(({ code, message, task, advice }) => (
    <Alert.Root key={code + message} status="error" role="alert">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>
          <Code>{code}</Code> {task && t("jobErrorIn", { task })}
        </Alert.Title>
        <Alert.Description>
          <Text>{message}</Text>
          {advice && (
            <Text mt={1}>
              <strong>{t("jobAdvice")}</strong> {advice}
            </Text>
          )}
          <Text mt={1} fontSize="sm">
            {t("jobErrorPage", { page: "docs/reference/errors.md" })}
          </Text>
        </Alert.Description>
      </Alert.Content>
    </Alert.Root>
  ));
}
