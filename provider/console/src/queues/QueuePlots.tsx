import { Box, HStack, Text, VStack } from "@chakra-ui/react";

import { t } from "../i18n";
import { clock, timeOfDay } from "../parts/format";
import type { QueueSpan } from "../rest/queues";
import { type Plot, stacked, waits } from "./plots";

const COLOURS: Record<string, string> = {
  succeeded: "green.solid",
  failed: "red.solid",
  cancelled: "orange.solid",
  median: "blue.solid",
  longest: "blue.muted",
};
const ENDS = ["succeeded", "failed", "cancelled"] as const;

/** What a queue has done in the last day: how its jobs ended, and how long they had waited. */
export function QueuePlots({ spans }: { spans: QueueSpan[] }) {
  const ends = { succeeded: t("succeeded"), failed: t("failedState"), cancelled: t("cancelled") };
  const times = { median: t("queueMedian"), longest: t("queueLongest") };
  return (
    <VStack align="stretch" gap={4}>
      <Bars title={t("queueEnded")} plot={stacked(spans, ENDS)} names={ends} write={String} />
      <Bars title={t("queueWaited")} plot={waits(spans)} names={times} write={clock} />
    </VStack>
  );
}

interface BarsProps {
  title: string;
  plot: Plot;
  /** The parts of a bar, by their names for people. */
  names: Record<string, string>;
  write: (amount: number) => string;
}

function Bars({ title, plot, names, write }: BarsProps) {
  const said = (bar: Plot["bars"][number]): string =>
    [timeOfDay(bar.at), ...bar.parts.map(({ name, amount }) => `${names[name]} ${write(amount)}`)].join(", ");
  const [first, last] = [plot.bars[0], plot.bars.at(-1)];
  const busy = plot.bars.filter(({ parts }) => parts.some(({ amount }) => amount > 0));
  const label = [title, ...busy.slice(-5).map(said)].join(". ");
  return (
    <Box as="figure" aria-label={label}>
      <HStack as="figcaption" justify="space-between" wrap="wrap">
        <Text fontSize="sm">{title}</Text>
        <HStack gap={3}>
          {Object.entries(names).map(([key, name]) => (
            <HStack key={key} gap={1}>
              <Box boxSize="0.7rem" bg={COLOURS[key]} />
              <Text fontSize="xs">{name}</Text>
            </HStack>
          ))}
        </HStack>
      </HStack>
      <HStack aria-hidden align="stretch" gap="1px" h="5rem" borderBottomWidth="1px" position="relative">
        <Text position="absolute" top={0} left={0} fontSize="xs" color="fg.muted">
          {write(plot.top)}
        </Text>
        {plot.bars.map((bar) => (
          <Box key={bar.at} flex={1} position="relative" title={said(bar)} _hover={{ bg: "bg.muted" }}>
            {bar.parts.map(({ name, from, to }) => (
              <Box key={name} position="absolute" bottom={`${100 * from}%`} h={`${100 * (to - from)}%`} w="100%" bg={COLOURS[name]} />
            ))}
          </Box>
        ))}
      </HStack>
      <HStack justify="space-between" fontSize="xs" color="fg.muted">
        <Text>{first && timeOfDay(first.at)}</Text>
        <Text>{last && timeOfDay(last.at)}</Text>
      </HStack>
    </Box>
  );
}
