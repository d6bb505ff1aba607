import { Alert, Button, Code, Field, Heading, HStack, SimpleGrid, Table, Textarea, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { NavLink, useNavigate, useParams } from "react-router-dom";

import { t } from "../i18n";
import { Failure } from "../parts/Failure";
import { between, clock, moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { useAddressed } from "../parts/query";
import { ROOT } from "../parts/root";
import { type ExecutionSummary, type Machine, useExecutions, useMachine, useStart } from "../rest/machines";
import { ExecutionFilters } from "./ExecutionFilters";
import { Graph } from "./Graph";
import { StatusBadge } from "./StatusBadge";

const FILTERS = ["status", "text", "started_after", "started_before", "cursor"];

/** One state machine: its graph, its definition and its executions. */
export default function MachinePage() {
  const { machine: name = "" } = useParams();
  return <Loaded of={useMachine(name)}>{(machine) => <MachineDetails machine={machine} />}</Loaded>;
}

function MachineDetails({ machine }: { machine: Machine }) {
  return (
    <VStack align="stretch" gap={4}>
      <HStack gap={4} wrap="wrap">
        <Heading as="h2" size="lg">
          {machine.name}
        </Heading>
        <NavLink to={`${ROOT}/machines/${machine.name}/edit`}>{t("designerOpen")}</NavLink>
      </HStack>
      {machine.diagnostics.map(({ line, path, message, hint, severity }) => (
        <Alert.Root key={`${line} ${path.join("/")} ${message}`} status={severity === "error" ? "error" : "warning"}>
          <Alert.Indicator />
          <Alert.Description>
            {line}: {path.join(".")} {message} {hint}
          </Alert.Description>
        </Alert.Root>
      ))}
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={5}>
        {machine.picture && <Graph picture={machine.picture} label={machine.name} />}
        <VStack align="stretch" gap={4}>
          <StartForm machine={machine.name} />
          <Executions machine={machine.name} />
        </VStack>
      </SimpleGrid>
      <details>
        <summary>{t("definition")}</summary>
        <Code as="pre" display="block" tabIndex={0} overflow="auto" maxH="60vh" p={2}>
          {machine.definition}
        </Code>
      </details>
    </VStack>
  );
}

function StartForm({ machine }: { machine: string }) {
  const [input, setInput] = useState("{}");
  const start = useStart(machine);
  const navigate = useNavigate();
  const run = () => start.mutate(input, { onSuccess: ({ name }) => navigate(`${ROOT}/machines/${machine}/${encodeURIComponent(name)}`) });
  return (
    <VStack align="stretch">
      <Field.Root>
        <Field.Label>{t("input")}</Field.Label>
        <Textarea fontFamily="mono" rows={4} value={input} onChange={({ target }) => setInput(target.value)} />
      </Field.Root>
      {start.error && <Failure error={start.error} />}
      <HStack>
        <Button size="sm" loading={start.isPending} onClick={run}>
          {t("start")}
        </Button>
      </HStack>
    </VStack>
  );
}

function Executions({ machine }: { machine: string }) {
  const [query, change] = useAddressed();
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined]));
  const executions = useExecutions(machine, wanted);
  return (
    <>
      <ExecutionFilters query={query} onChange={(changes) => change({ ...changes, cursor: "" })} />
      <Loaded of={executions}>
        {({ executions: shown, next }) => (
          <>
            <ExecutionTable machine={machine} executions={shown} />
            {next && (
              <Button size="sm" variant="outline" onClick={() => change({ cursor: next })}>
                {t("olderExecutions")}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function ExecutionTable({ machine, executions }: { machine: string; executions: ExecutionSummary[] }) {
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("executions")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["execution", "status", "started", "duration"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {executions.map(({ name, status, started_at: started, stopped_at: stopped }) => (
            <Table.Row key={name}>
              <Table.Cell>
                <NavLink to={`${ROOT}/machines/${machine}/${encodeURIComponent(name)}`}>{name}</NavLink>
              </Table.Cell>
              <Table.Cell>
                <StatusBadge status={status} />
              </Table.Cell>
              <Table.Cell whiteSpace="nowrap">{started && moment(started)}</Table.Cell>
              <Table.Cell>{started && clock(between(started, stopped))}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}
