import { Box, Code, Text } from "@chakra-ui/react";
import { diffLines } from "diff";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { Failure } from "../parts/Failure";
import { useCurrentWorkflow, useFrozenWorkflow } from "../rest/jobPages";
import type { Job } from "../rest/jobs";
import { type Line, linesOf } from "./changes";

const LOOKS: Record<Line["sign"], { bg?: string; as: "ins" | "del" | "span" }> = {
  "+": { bg: "green.subtle", as: "ins" },
  "-": { bg: "red.subtle", as: "del" },
  " ": { as: "span" },
};

/** What has changed in a job's workflow since the job was submitted. */
export default function Changes({ job }: { job: Job }) {
  const frozen = useFrozenWorkflow(job);
  const current = useCurrentWorkflow(job);
  const error = frozen.error ?? current.error;
  if (error) return <Failure error={error} />;
  if (frozen.data === undefined || current.data === undefined) return <Busy />;
  if (frozen.data === current.data) return <Text mt={2}>{t("jobUnchanged")}</Text>;
  return (
    <Box as="section" aria-label={t("jobChanges")} mt={2}>
      <Code as="pre" display="block" tabIndex={0} overflow="auto" maxH="60vh" p={2}>
        {linesOf(diffLines(frozen.data, current.data)).map(({ sign, text }, index) => (
          <Box key={index} {...LOOKS[sign]} display="block" textDecoration="none" color="fg">
            {`${sign} ${text}`}
          </Box>
        ))}
      </Code>
    </Box>
  );
}
