import { Button, Code, Table, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../i18n";
import { moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { type HistoryEvent, useHistory } from "../rest/machines";

const PAGE = 100; // events that are shown at once; a history has up to 25,000

/** The history of an execution, event by event, with the details of each at a click. */
export function EventList({ machine, execution, isRunning }: { machine: string; execution: string; isRunning: boolean }) {
  return <Loaded of={useHistory(machine, execution, isRunning)}>{({ events }) => <Events events={events} />}</Loaded>;
}

function Events({ events }: { events: HistoryEvent[] }) {
  const [shown, setShown] = useState(PAGE);
  return (
    <VStack align="stretch">
      <Table.ScrollArea as="section" tabIndex={0} aria-label={t("executionEvents")} maxH="60vh">
        <Table.Root size="sm" stickyHeader>
          <Table.Header>
            <Table.Row>
              <Table.ColumnHeader>#</Table.ColumnHeader>
              <Table.ColumnHeader>{t("executionEvent")}</Table.ColumnHeader>
              <Table.ColumnHeader>{t("started")}</Table.ColumnHeader>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {events.slice(0, shown).map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
      {events.length > shown && (
        <Button size="sm" variant="outline" onClick={() => setShown(shown + PAGE)}>
          {t("executionMoreEvents", { count: events.length - shown })}
        </Button>
      )}
    </VStack>
  );
}

function EventRow({ event }: { event: HistoryEvent }) {
  const { id, previousEventId, timestamp, type, ...details } = event;
  return (
    <Table.Row data-event={type} verticalAlign="top">
      <Table.Cell title={String(previousEventId)}>{id}</Table.Cell>
      <Table.Cell>
        <details>
          <summary>
            {type} {typeof details["name"] === "string" && details["name"]}
          </summary>
          <Code as="pre" display="block" tabIndex={0} overflow="auto" maxW="40rem" p={2}>
            {JSON.stringify(details, null, 2)}
          </Code>
        </details>
      </Table.Cell>
      <Table.Cell whiteSpace="nowrap">{moment(timestamp)}</Table.Cell>
    </Table.Row>
  );
}
