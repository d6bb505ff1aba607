import { Button, HStack, Table, VStack } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { OriginBadge } from "../definitions/DefinitionBadge";
import { t } from "../i18n";
import { Loaded } from "../parts/Loaded";
import { ROOT } from "../parts/root";
import { type DefinitionSummary, useDefinitions } from "../rest/definitions";
import { type MachineSummary, useMachines } from "../rest/machines";

/** All state machines that the person may read: those that run, and those that are saved in the console. */
export default function MachinesPage() {
  const machines = useMachines();
  // Without a store there are no definitions, and the machines of the files are shown all the same.
  const { data: stored } = useDefinitions("state-machines");
  return (
    <VStack align="stretch" gap={3}>
      <HStack>
        <Button asChild size="sm" variant="outline">
          <NavLink to={`${ROOT}/machines/new`}>{t("designerNew")}</NavLink>
        </Button>
      </HStack>
      <Loaded of={machines}>{(data) => <MachineTable machines={data.machines} definitions={stored?.definitions ?? []} />}</Loaded>
    </VStack>
  );
}

function MachineTable({ machines, definitions }: { machines: MachineSummary[]; definitions: DefinitionSummary[] }) {
  const running = new Set(machines.map(({ name }) => name));
  const saved = new Map(definitions.map((each) => [each.name, each]));
  const others = definitions.filter(({ name }) => !running.has(name));
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("machines")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["machine", "designerOrigin", "kind", "dialect", "runningExecutions", "comment"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {machines.map((machine) => (
            <MachineRow key={machine.name} machine={machine} definition={saved.get(machine.name)} />
          ))}
          {others.map((definition) => (
            <Table.Row key={definition.name}>
              <Table.Cell>
                <NavLink to={editOf(definition.name)}>{definition.name}</NavLink>
              </Table.Cell>
              <Table.Cell>
                <OriginBadge definition={definition} />
              </Table.Cell>
              <Table.Cell colSpan={3} />
              <Table.Cell>{definition.comment}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}

const editOf = (name: string): string => `${ROOT}/machines/${encodeURIComponent(name)}/edit`;

function MachineRow({ machine, definition }: { machine: MachineSummary; definition: DefinitionSummary | undefined }) {
  return (
    <Table.Row>
      <Table.Cell>
        <NavLink to={`${ROOT}/machines/${machine.name}`}>{machine.name}</NavLink>
        {machine.paused && ` (${t("paused")})`}
      </Table.Cell>
      <Table.Cell>{definition && <OriginBadge definition={definition} />}</Table.Cell>
      <Table.Cell>{machine.type}</Table.Cell>
      <Table.Cell>{machine.dialect}</Table.Cell>
      <Table.Cell>{machine.running}</Table.Cell>
      <Table.Cell>{machine.comment}</Table.Cell>
    </Table.Row>
  );
}
