import { Button, Heading, HStack, SimpleGrid, Tabs, Text, VStack } from "@chakra-ui/react";
import { useParams } from "react-router-dom";

import { t } from "../i18n";
import type { Action } from "../parts/copies";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { Loaded } from "../parts/Loaded";
import { useAddressed } from "../parts/query";
import { address } from "../rest/client";
import { type ExecutionStates, useExecution, useExecutionCommand } from "../rest/machines";
import { Approvals } from "./Approvals";
import { EventList } from "./EventList";
import { ExecutionMedia } from "./ExecutionMedia";
import { ExecutionTimeline } from "./ExecutionTimeline";
import { Graph } from "./Graph";
import { Iterations } from "./Iterations";
import { Json } from "./Json";
import { StatusBadge } from "./StatusBadge";
import { VisitDetails } from "./VisitDetails";
import { logOf, mapsOf } from "./visits";
import { VisitTable } from "./VisitTable";

const SHOWN_DETAILS = 5; // visits of the chosen state whose details are shown at once, the latest ones

/** One execution while it runs and afterwards: graph, states, events and timeline, and what each state got and gave. */
export default function ExecutionPage() {
  const { machine = "", execution = "" } = useParams();
  return <Loaded of={useExecution(machine, execution)}>{(data) => <Execution machine={machine} execution={execution} data={data} />}</Loaded>;
}

interface Shown {
  machine: string;
  execution: string;
  data: ExecutionStates;
}

function Execution({ machine, execution, data }: Shown) {
  const [query, change] = useAddressed();
  const [chosen, iteration] = [query.get("chosen"), query.get("iteration")];
  const choose = (state: string) => change({ chosen: state });
  const inside = (maps: string[], numbers: number[]) => maps.length === 0 || iteration === null || numbers.includes(Number(iteration));
  const visits = data.states.filter(({ state, maps, iterations }) => state === chosen && inside(maps, iterations));
  const isRunning = data.status === "RUNNING";
  return (
    <VStack align="stretch" gap={4}>
      <ExecutionHeader machine={machine} execution={execution} data={data} />
      {isRunning && <Approvals machine={machine} execution={execution} visits={data.states} />}
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={5}>
        <Graph picture={data.picture} label={machine} onChoose={choose} />
        <VStack align="stretch" gap={4} minW={0}>
          {visits.slice(-SHOWN_DETAILS).map((visit, index) => (
            <VisitDetails key={`${visit.state} ${index}`} visit={visit} log={logOf(data.dag_id, execution, visit)}>
              <ExecutionMedia machine={machine} execution={execution} uris={visit.media} />
            </VisitDetails>
          ))}
          {mapsOf(data.states).map((map) => (
            <Iterations key={map} map={map} visits={data.states} number={iteration} status={query.get("iteration_status") ?? ""} chosen={chosen} onChange={change} />
          ))}
          <Tabs.Root value={query.get("view") ?? "states"} onValueChange={({ value }) => change({ view: value })} lazyMount unmountOnExit>
            <Tabs.List>
              <Tabs.Trigger value="states">{t("states")}</Tabs.Trigger>
              <Tabs.Trigger value="events">{t("executionEvents")}</Tabs.Trigger>
              <Tabs.Trigger value="timeline">{t("executionTimeline")}</Tabs.Trigger>
              <Tabs.Trigger value="data">{t("executionData")}</Tabs.Trigger>
            </Tabs.List>
            <Tabs.Content value="states">
              {data.left_out > 0 && <Text fontSize="sm">{t("executionLeftOut", { count: data.left_out })}</Text>}
              <VisitTable label={t("states")} visits={data.states} chosen={chosen} onChoose={choose} />
            </Tabs.Content>
            <Tabs.Content value="events">
              <EventList machine={machine} execution={execution} isRunning={isRunning} />
            </Tabs.Content>
            <Tabs.Content value="timeline">
              <ExecutionTimeline visits={data.states} onChoose={choose} />
            </Tabs.Content>
            <Tabs.Content value="data">
              <Json name={t("input")} value={data.input ?? undefined} />
              <Json name={t("result")} value={data.output ?? undefined} />
            </Tabs.Content>
          </Tabs.Root>
        </VStack>
      </SimpleGrid>
    </VStack>
  );
}

function ExecutionHeader({ machine, execution, data }: Shown) {
  const { status, error, cause } = data;
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
        <Heading as="h2" size="lg" wordBreak="break-all">
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
      {error && (
        <Text color="red.fg">
          {error}: {cause}
        </Text>
      )}
      {command.error && <Failure error={command.error} />}
    </>
  );
}
