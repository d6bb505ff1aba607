import { Button, Code, Heading, HStack, SimpleGrid, Table, Text, VStack } from "@chakra-ui/react";
import { useParams } from "react-router-dom";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import type { Action } from "../parts/copies";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { between, clock } from "../parts/format";
import { useAddressed } from "../parts/query";
import { address } from "../rest/client";
import { useExecution, useExecutionCommand, type Visit } from "../rest/machines";
import { Graph } from "./Graph";
import { StatusBadge } from "./StatusBadge";

/** One execution: its graph in colours, its states in order, and input and output of the chosen state. */
export default function ExecutionPage() {
  const { machine = "", execution = "" } = useParams();
  const [query, change] = useAddressed();
  const { data, error, refetch } = useExecution(machine, execution);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Busy />;
  const chosen = query.get("chosen");
  const visits = data.states.filter(({ state }) => state === chosen);
  return (
    <VStack align="stretch" gap={4}>
      <ExecutionHeader machine={machine} execution={execution} status={data.status} />
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={5}>
        <Graph picture={data.picture} label={machine} onChoose={(state) => change({ chosen: state })} />
        <VStack align="stretch" gap={4}>
          {visits.map((visit, index) => (
            <VisitDetails key={`${visit.state} ${index}`} visit={visit} />
          ))}
          <VisitTable visits={data.states} chosen={chosen} onChoose={(state) => change({ chosen: state })} />
        </VStack>
      </SimpleGrid>
    </VStack>
  );
}

function ExecutionHeader({ machine, execution, status }: { machine: string; execution: string; status: string }) {
  const command = useExecutionCommand(machine, execution);
  const name = status === "RUNNING" ? "stop" : "redrive";
  const { href } = address(`state-machines/${machine}/executions/${encodeURIComponent(execution)}`);
  const actions: Record<"read" | "stop" | "redrive", Action> = {
    read: { method: "GET", url: `${href}/states` },
    stop: { method: "POST", url: `${href}/stop`, body: {} },
    redrive: { method: "POST", url: `${href}/redrive`, cli: `media statemachine redrive ${machine} '${execution}'` },
  };
  return (
    <>
      <HStack wrap="wrap" gap={4}>
        <Heading as="h2" size="lg">
          {execution}
        </Heading>
        <StatusBadge status={status} />
        {status !== "SUCCEEDED" && (
          <Button size="sm" variant="outline" loading={command.isPending} onClick={() => command.mutate(name)}>
            {t(name)}
          </Button>
        )}
        <CopyAs action={actions[status === "SUCCEEDED" ? "read" : name]} />
      </HStack>
      {command.error && <Failure error={command.error} />}
    </>
  );
}

function VisitTable({ visits, chosen, onChoose }: { visits: Visit[]; chosen: string | null; onChoose: (state: string) => void }) {
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("states")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["step", "kind", "status", "duration"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {visits.map(({ state, type, status, started, ended, iterations }, index) => (
            <Table.Row key={`${state} ${index}`} data-visit={state} bg={state === chosen ? "bg.emphasized" : undefined}>
              <Table.Cell>
                <Button size="xs" variant="ghost" aria-pressed={state === chosen} onClick={() => onChoose(state)}>
                  {state} {iterations.map((number) => `[${number}]`).join("")}
                </Button>
              </Table.Cell>
              <Table.Cell>{type}</Table.Cell>
              <Table.Cell>
                <StatusBadge status={status} />
              </Table.Cell>
              <Table.Cell>{clock(between(started, ended))}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}

function VisitDetails({ visit }: { visit: Visit }) {
  return (
    <VStack as="section" align="stretch" aria-label={visit.state} borderWidth="1px" borderRadius="md" p={3}>
      <HStack>
        <Heading as="h3" size="sm">
          {visit.state}
        </Heading>
        <StatusBadge status={visit.status} />
      </HStack>
      {visit.error && (
        <Text>
          {visit.error}: {visit.cause}
        </Text>
      )}
      <Json name={t("input")} value={visit.input} />
      <Json name={t("result")} value={visit.output} />
    </VStack>
  );
}

function Json({ name, value }: { name: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <div>
      <Text fontWeight="bold">{name}</Text>
      <Code as="pre" display="block" tabIndex={0} maxH="20rem" overflow="auto" p={2}>
        {JSON.stringify(value, null, 2)}
      </Code>
    </div>
  );
}
