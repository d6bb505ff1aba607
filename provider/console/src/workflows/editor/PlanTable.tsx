import { Alert, Table, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import { clock, size } from "../../parts/format";
import type { Plan, PlannedFile, PlannedOutput } from "../../rest/trials";

const COLUMNS = ["output", "kind", "picture", "editorUnits", "files", "size"] as const;

const pictureOf = ({ width, height }: { width: number | null; height: number | null }): string => (width && height ? `${width}×${height}` : "");
const countOf = (files: PlannedFile[]): number => files.reduce((sum, { count }) => sum + count, 0);

/** What would be made of a source: outputs, their sizes, units and costs, and what to be warned of. */
export function PlanTable({ plan }: { plan: Plan }) {
  const { duration, video } = plan.source;
  const facts = [video ? `${pictureOf(video)} ${video.codec} ${video.dynamic_range}` : "", clock(duration), size(plan.source.size)];
  return (
    <>
      <Text fontSize="sm">
        {t("source")}: {facts.filter(Boolean).join(", ")}
      </Text>
      <Text fontSize="sm">
        {t("editorCost", { units: plan.units.length, size: size(plan.estimated_bytes), time: clock(plan.estimated_processor_seconds) })}
      </Text>
      {plan.choices.map((choice) => (
        <Text key={choice} fontSize="sm" color="fg.muted">
          {choice}
        </Text>
      ))}
      {plan.is_in_one_task && <Text fontSize="sm">{t("editorInOneTask")}</Text>}
      {plan.warnings.map(({ code, message, output }) => (
        <Alert.Root key={`${code} ${output} ${message}`} status="warning" size="sm">
          <Alert.Indicator />
          <Alert.Description>{output ? `${output}: ${message}` : message}</Alert.Description>
        </Alert.Root>
      ))}
      <Table.ScrollArea as="section" tabIndex={0} aria-label={t("editorPlan")}>
        <Table.Root size="sm">
          <Table.Header>
            <Table.Row>
              {COLUMNS.map((name) => (
                <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {plan.outputs.map((output) => (
              <OutputRows key={output.name} output={output} />
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
    </>
  );
}

function OutputRows({ output }: { output: PlannedOutput }) {
  const parts = output.files.length > 1 ? output.files : [];
  return (
    <>
      <Table.Row data-planned={output.name}>
        <Table.Cell fontWeight="bold">{output.name}</Table.Cell>
        <Table.Cell>{output.kind.replaceAll("_", " ")}</Table.Cell>
        <Table.Cell>{pictureOf(output)}</Table.Cell>
        <Table.Cell>{output.units.length}</Table.Cell>
        <Table.Cell>{countOf(output.files)}</Table.Cell>
        <Table.Cell whiteSpace="nowrap">≈ {size(output.estimated_bytes)}</Table.Cell>
      </Table.Row>
      {parts.map(({ name, codec, count, estimated_bytes: bytes, ...sides }) => (
        <Table.Row key={`${name} ${codec} ${count} ${bytes}`} color="fg.muted">
          <Table.Cell pl={6}>{name}</Table.Cell>
          <Table.Cell>{codec}</Table.Cell>
          <Table.Cell>{pictureOf(sides)}</Table.Cell>
          <Table.Cell />
          <Table.Cell>{count}</Table.Cell>
          <Table.Cell whiteSpace="nowrap">≈ {size(bytes)}</Table.Cell>
        </Table.Row>
      ))}
    </>
  );
}
