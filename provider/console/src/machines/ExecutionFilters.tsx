import { HStack } from "@chakra-ui/react";

import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import { MomentFilter, TextFilter } from "../parts/filters";
import { STATUSES } from "../rest/machines";

/** The filters of a list of executions: by status, name and time of the start. */
export function ExecutionFilters({ query, onChange }: { query: URLSearchParams; onChange: (changes: Record<string, string>) => void }) {
  const value = (name: string): string => query.get(name) ?? "";
  const statuses = STATUSES.map((status) => ({ value: status, label: status }));
  return (
    <HStack wrap="wrap" align="end" gap={3}>
      <Choice label={t("status")} value={value("status")} options={statuses} onChange={(status) => onChange({ status })} />
      <TextFilter label={t("executionName")} value={value("text")} onChange={(text) => onChange({ text })} />
      <MomentFilter label={t("executionAfter")} value={value("started_after")} onChange={(time) => onChange({ started_after: time })} />
      <MomentFilter label={t("executionBefore")} value={value("started_before")} onChange={(time) => onChange({ started_before: time })} />
    </HStack>
  );
}
