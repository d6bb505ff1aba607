import { Box, Button, Field, HStack, Input, Text } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import type { Job } from "../../rest/jobs";
import { frameRate } from "../frameRate";
import { choicesOf, stepped } from "./choices";
import { Split } from "./Split";
import { useFrame } from "./useFrame";

const STEPS = [-25, -1, 1, 25];
const MILLISECONDS = 3; // digits

/** The same frame of the source and of a rendition, with a divider between them. */
export default function Compare({ job }: { job: Job }) {
  const choices = choicesOf(job.outputs, job.manifest ?? "");
  const [of, setOf] = useState(choices[0]?.value ?? "");
  const rate = frameRate(job);
  const duration = Math.max(0, ...job.outputs.map(({ facts }) => Number(facts?.["duration"] ?? 0)));
  const [at, setAt] = useState(stepped(duration / 2, 0, rate, duration));
  const source = useFrame(job, "source", at);
  const made = useFrame(job, of, at);
  const error = source.error ?? made.error;
  const name = choices.find(({ value }) => value === of)?.label ?? of;
  return (
    <Box as="section" aria-label={t("jobCompare")} mt={3}>
      <HStack wrap="wrap" align="end" gap={3} mb={2}>
        <Choice label={t("jobCompareWith")} any={false} value={of} options={choices} onChange={setOf} />
        <Field.Root w="9rem">
          <Field.Label>{t("jobCompareAt")}</Field.Label>
          <Input
            size="sm"
            type="number"
            min={0}
            max={duration}
            step={(1 / rate).toFixed(MILLISECONDS)}
            value={Number(at.toFixed(MILLISECONDS))}
            onChange={({ target }) => Number.isFinite(target.valueAsNumber) && setAt(stepped(target.valueAsNumber, 0, rate, duration))}
          />
        </Field.Root>
        <HStack gap={1}>
          {STEPS.map((frames) => (
            <Button key={frames} size="sm" variant="outline" aria-label={t("jobCompareStep", { frames })} onClick={() => setAt(stepped(at, frames, rate, duration))}>
              {frames > 0 ? `+${frames}` : frames}
            </Button>
          ))}
        </HStack>
        <Text fontSize="sm">{t("jobCompareFrame", { frame: Math.round(at * rate) })}</Text>
      </HStack>
      {error && <Failure error={error} onRetry={() => void Promise.all([source.refetch(), made.refetch()])} />}
      <Split left={source.data} right={made.data} leftName={t("source")} rightName={name} isBusy={source.isFetching || made.isFetching} />
    </Box>
  );
}
