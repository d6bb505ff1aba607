import { Box, Button, Field, HStack, Input, Text } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import type { Job } from "../../rest/jobs";
import { type Pace, paceOf } from "../frameRate";
import { choicesOf, numberAt, stepped } from "./choices";
import { Split } from "./Split";
import { useFrame } from "./useFrame";

const STEPS = [-25, -1, 1, 25];
const MILLISECONDS = 3; // digits

/** The same frame of the source and of a rendition, with a divider between them. */
export default function Compare({ job }: { job: Job }) {
  const choices = choicesOf(job.outputs, job.manifest ?? "");
  const [of, setOf] = useState(choices[0]?.value ?? "");
  const chosen = choices.find(({ value }) => value === of);
  const pace = chosen?.pace ?? paceOf({});
  const duration = Math.max(0, ...job.outputs.map(({ facts }) => Number(facts?.["duration"] ?? 0)));
  const [wanted, setWanted] = useState(duration / 2);
  const at = stepped(wanted, 0, pace, duration); // outputs differ in their frame rates
  const source = useFrame(job, "source", at);
  const made = useFrame(job, of, at);
  const error = source.error ?? made.error;
  const name = chosen?.label ?? of;
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
            step="any"
            value={Number(at.toFixed(MILLISECONDS))}
            onChange={({ target }) => Number.isFinite(target.valueAsNumber) && setWanted(target.valueAsNumber)}
          />
        </Field.Root>
        <HStack gap={1}>
          {STEPS.map((steps) => (
            <Button key={steps} size="sm" variant="outline" aria-label={stepLabel(steps, pace)} onClick={() => setWanted(stepped(at, steps, pace, duration))}>
              {stepText(steps, pace)}
            </Button>
          ))}
        </HStack>
        <Text fontSize="sm">{placeOf(at, pace)}</Text>
      </HStack>
      {error && <Failure error={error} onRetry={() => void Promise.all([source.refetch(), made.refetch()])} />}
      <Split left={source.data} right={made.data} leftName={t("source")} rightName={name} isBusy={source.isFetching || made.isFetching} />
    </Box>
  );
}

const signed = (value: number): string => (value > 0 ? `+${value}` : `${value}`);

const secondsOf = (steps: number, { stepSeconds }: Pace): number => Number((steps * stepSeconds).toFixed(MILLISECONDS));

const stepText = (steps: number, pace: Pace): string => (pace.rate ? signed(steps) : `${signed(secondsOf(steps, pace))} s`);

const stepLabel = (steps: number, pace: Pace): string =>
  pace.rate ? t("jobCompareStep", { frames: steps }) : t("jobCompareStepSeconds", { seconds: secondsOf(steps, pace) });

const placeOf = (at: number, pace: Pace): string =>
  pace.rate ? t("jobCompareFrame", { frame: numberAt(at, pace), rate: pace.rate }) : t("jobCompareNoRate", { seconds: pace.stepSeconds });
