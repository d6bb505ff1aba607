import { Box, Button, HStack, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { between, clock } from "../parts/format";
import type { Visit } from "../rest/machines";
import { nameOf, timeline } from "./visits";

const COLOURS: Record<string, string> = { succeeded: "green.solid", failed: "red.solid", running: "blue.solid", aborted: "orange.solid", caught: "orange.solid" };

/** Visits of states as bars on one line of time. */
export function ExecutionTimeline({ visits, onChoose }: { visits: Visit[]; onChoose: (state: string) => void }) {
  const bars = timeline(visits);
  return (
    <Box as="section" aria-label={t("executionTimeline")} tabIndex={0} maxH="60vh" overflow="auto">
      {visits.map((visit, index) => (
        <HStack key={`${visit.state} ${index}`} gap={3} data-bar={visit.state}>
          <Button size="xs" variant="ghost" justifyContent="start" w={{ base: "8rem", md: "12rem" }} overflow="hidden" onClick={() => onChoose(visit.state)}>
            {nameOf(visit)}
          </Button>
          <Box flex={1} h="0.9rem" position="relative" bg="bg.muted">
            <Box
              position="absolute"
              h="100%"
              minW="3px"
              left={`${100 * (bars[index]?.from ?? 0)}%`}
              w={`${100 * (bars[index]?.length ?? 0)}%`}
              bg={COLOURS[visit.status] ?? "gray.solid"}
              title={visit.status}
            />
          </Box>
          <Text w="4rem" fontSize="sm">
            {clock(between(visit.started, visit.ended))}
          </Text>
        </HStack>
      ))}
    </Box>
  );
}
