import { Button, Table } from "@chakra-ui/react";

import { t } from "../i18n";
import { between, clock } from "../parts/format";
import type { Visit } from "../rest/machines";
import { StatusBadge } from "./StatusBadge";
import { nameOf } from "./visits";

interface Props {
  /** Name of the table for people who do not see it. */
  label: string;
  visits: Visit[];
  chosen: string | null;
  onChoose: (state: string) => void;
}

/** Visits of states as rows; a click on one chooses its state. */
export function VisitTable({ label, visits, chosen, onChoose }: Props) {
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={label} maxH="60vh">
      <Table.Root size="sm" stickyHeader>
        <Table.Header>
          <Table.Row>
            {(["step", "kind", "status", "duration"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {visits.map((visit, index) => (
            <Table.Row key={`${visit.state} ${index}`} data-visit={visit.state} bg={visit.state === chosen ? "bg.emphasized" : undefined}>
              <Table.Cell>
                <Button size="xs" variant="ghost" aria-pressed={visit.state === chosen} onClick={() => onChoose(visit.state)}>
                  {nameOf(visit)}
                </Button>
              </Table.Cell>
              <Table.Cell>{visit.type}</Table.Cell>
              <Table.Cell>
                <StatusBadge status={visit.status} />
              </Table.Cell>
              <Table.Cell>{clock(between(visit.started, visit.ended))}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}
