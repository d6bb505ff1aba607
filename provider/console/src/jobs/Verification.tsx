import { Code, Heading, Table } from "@chakra-ui/react";

import { t } from "../i18n";
import { useFrozenWorkflow, useVerification } from "../rest/jobPages";
import type { Job } from "../rest/jobs";

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What the plan expected of each file, and what was measured before the file was published. */
export function Verification({ job }: { job: Job }) {
  const { data } = useVerification(job);
  const facts = data?.files.flatMap(({ path, facts: all }) => all.map((fact) => ({ path, ...fact }))) ?? [];
  if (facts.length === 0) return null;
  return (
    <details>
      <summary>{t("verification", { count: data?.total })}</summary>
      <Table.ScrollArea as="section" tabIndex={0} aria-label={t("facts")} maxH="60vh">
        <Table.Root size="sm">
          <Table.Header>
            <Table.Row>
              {(["file", "fact", "expected", "found"] as const).map((name) => (
                <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {facts.map(({ path, name, expected, found }) => (
              <Table.Row key={`${path} ${name}`}>
                <Table.Cell>{path}</Table.Cell>
                <Table.Cell>{name}</Table.Cell>
                <Table.Cell>{shown(expected)}</Table.Cell>
                <Table.Cell>{shown(found)}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
    </details>
  );
}

/** The workflow as it was when the job was submitted. */
export function FrozenWorkflow({ job }: { job: Job }) {
  const { data } = useFrozenWorkflow(job);
  return (
    <details>
      <summary>{t("frozen")}</summary>
      <Heading as="h3" size="sm" mt={2}>
        {job.workflow}
      </Heading>
      <Code as="pre" display="block" tabIndex={0} overflow="auto" maxH="60vh" p={2}>
        {data}
      </Code>
    </details>
  );
}
