import { Table } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { Failure } from "../parts/Failure";
import { ROOT } from "../parts/root";
import { useMachines } from "../rest/machines";

/** All state machines that the person may read. */
export default function MachinesPage() {
  const { data, error, refetch } = useMachines();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Busy />;
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("machines")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["machine", "kind", "dialect", "running", "comment"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {data.machines.map((machine) => (
            <Table.Row key={machine.name}>
              <Table.Cell>
                <NavLink to={`${ROOT}/machines/${machine.name}`}>{machine.name}</NavLink>
                {machine.paused && ` (${t("paused")})`}
              </Table.Cell>
              <Table.Cell>{machine.type}</Table.Cell>
              <Table.Cell>{machine.dialect}</Table.Cell>
              <Table.Cell>{machine.running}</Table.Cell>
              <Table.Cell>{machine.comment}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}
