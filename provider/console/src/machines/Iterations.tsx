import { Button, Heading, HStack, VStack } from "@chakra-ui/react";

import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import type { Visit } from "../rest/machines";
import { StatusBadge } from "./StatusBadge";
import { iterationsOf } from "./visits";
import { VisitTable } from "./VisitTable";

interface Props {
  map: string;
  visits: Visit[];
  number: string | null;
  status: string;
  chosen: string | null;
  onChange: (changes: Record<string, string>) => void;
}

/** The iterations of one Map state: a list with their statuses, and the states of the one that is picked. */
export function Iterations({ map, visits, number, status, chosen, onChange }: Props) {
  const all = iterationsOf(visits, map);
  const statuses = [...new Set(all.map((each) => each.status))].map((value) => ({ value, label: value }));
  const picked = all.find((each) => String(each.number) === number);
  return (
    <VStack as="section" aria-label={t("executionIterations", { map })} align="stretch" borderWidth="1px" borderRadius="md" p={3}>
      <HStack justify="space-between" wrap="wrap" align="end">
        <Heading as="h3" size="sm">
          {t("executionIterations", { map })} ({all.length})
        </Heading>
        {statuses.length > 1 && <Choice label={t("status")} value={status} options={statuses} onChange={(value) => onChange({ iteration_status: value })} />}
      </HStack>
      <HStack wrap="wrap" maxH="12rem" overflow="auto" gap={1}>
        {all
          .filter((each) => !status || each.status === status)
          .map((each) => (
            <Button
              key={each.number}
              size="xs"
              variant={each === picked ? "solid" : "outline"}
              aria-pressed={each === picked}
              data-iteration={each.number}
              onClick={() => onChange({ iteration: String(each.number) })}
            >
              {each.number} <StatusBadge status={each.status} />
            </Button>
          ))}
      </HStack>
      {picked && (
        <VisitTable
          label={t("executionIteration", { map, number: picked.number })}
          visits={picked.visits}
          chosen={chosen}
          onChoose={(state) => onChange({ chosen: state })}
        />
      )}
    </VStack>
  );
}
