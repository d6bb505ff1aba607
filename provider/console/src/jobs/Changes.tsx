import { Box, Code, Text } from "@chakra-ui/react";
import { diffLines } from "diff";

import { t } from "../i18n";
import { Loaded } from "../parts/Loaded";
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
  const current = useCurrentWorkflow(job);
  return (
    <Loaded of={useFrozenWorkflow(job)}>
      {(before) => <Loaded of={current}>{(after) => <Lines before={before} after={after} />}</Loaded>}
    </Loaded>
  );
}

function Lines({ before, after }: { before: string; after: string }) {
  if (before === after) return <Text mt={2}>{t("jobUnchanged")}</Text>;
  return (
    <Box as="section" aria-label={t("jobChanges")} mt={2}>
      <Code as="pre" display="block" tabIndex={0} overflow="auto" maxH="60vh" p={2}>
        {linesOf(diffLines(before, after)).map(({ sign, text }, index) => (
          <Box key={index} {...LOOKS[sign]} display="block" textDecoration="none" color="fg">
            {`${sign} ${text}`}
          </Box>
        ))}
      </Code>
    </Box>
  );
}
