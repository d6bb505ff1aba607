import { Alert, HStack, Table, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import { clock, size } from "../../parts/format";
import type { Plan, PlannedOutput } from "../../rest/trials";

const sizeOf = ({ width, height }: PlannedOutput): string => (width && height ? `${width}×${height}` : "");
const countOf = (files: PlannedOutput["files"]): string => String(Array.isArray(files) ? files.length : (files ?? ""));

/** What would be made of a source: outputs, their sizes and units, and what to be warned of. */
export function PlanTable({ plan }: { plan: Plan }) {
  const { duration, width, height } = plan.source;
  const columns = ["output", "kind", "picture", "editorUnits", "files", "size"] as const;
  return (
    <>
      <HStack wrap="wrap" fontSize="sm">
        <Text>
          {t("source")}: {[width && height ? `${width}×${height}` : "", duration ? clock(duration) : ""].filter(Boolean).join(", ")}
        </Text>
        <Text>{t("editorUnitCount", { count: plan.units.length })}</Text>
      </HStack>
      {plan.warnings.map((warning) => {
        const text = typeof warning === "string" ? warning : warning.message;
        return (
          <Alert.Root key={text} status="warning" size="sm">
            <Alert.Indicator />
            <Alert.Description>{text}</Alert.Description>
          </Alert.Root>
        );
      })}
      <Table.ScrollArea as="section" tabIndex={0} aria-label={t("editorPlan")}>
        <Table.Root size="sm">
          <Table.Header>
            <Table.Row>
              {columns.map((name) => (
                <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {plan.outputs.map((output) => (
              <Table.Row key={output.name} data-planned={output.name}>
                <Table.Cell>{output.name}</Table.Cell>
                <Table.Cell>{output.kind}</Table.Cell>
                <Table.Cell>{sizeOf(output)}</Table.Cell>
                <Table.Cell>{output.units}</Table.Cell>
                <Table.Cell>{countOf(output.files)}</Table.Cell>
                <Table.Cell whiteSpace="nowrap">{output.estimated_bytes ? `≈ ${size(output.estimated_bytes)}` : ""}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
    </>
  );
}
