import { Badge, Box, Table, Text } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { ErrorText } from "../parts/ErrorText";
import { moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { type Announcement, type Delivery, useAnnouncements } from "../rest/jobPages";
import type { Job } from "../rest/jobs";

const LOOKS = {
  waiting: { palette: "gray", text: "jobDeliveryWaiting" },
  retrying: { palette: "orange", text: "jobDeliveryRetrying" },
  delivered: { palette: "green", text: "jobDeliveryDelivered" },
  failed: { palette: "red", text: "jobDeliveryFailed" },
} as const;

/** What was announced of a job, to whom, and whether it has arrived. */
export function Announcements({ job }: { job: Job }) {
  return <Loaded of={useAnnouncements(job)}>{({ announcements }) => <Deliveries announcements={announcements} />}</Loaded>;
}

function Deliveries({ announcements }: { announcements: Announcement[] }) {
  const rows = announcements.flatMap((one) => one.deliveries.map((delivery, index) => ({ ...one, delivery, index })));
  if (rows.length === 0) return <Text mt={2}>{t("jobNothingAnnounced")}</Text>;
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("jobAnnouncements")} mt={2}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["jobEvent", "jobTarget", "state", "jobAttempts", "jobAttemptedAt", "jobLastError"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rows.map(({ event, event_id: id, dag_id: dag, run_id: run, delivery, index }) => (
            <Table.Row key={`${id} ${index}`}>
              <Table.Cell>
                <NavLink to={`/dags/${dag}/runs/${encodeURIComponent(run)}/tasks/deliver/mapped/${index}`}>{event}</NavLink>
              </Table.Cell>
              <Table.Cell wordBreak="break-all">{delivery.target}</Table.Cell>
              <Table.Cell>
                <Badge variant="surface" colorPalette={LOOKS[delivery.state].palette}>
                  {t(LOOKS[delivery.state].text)}
                </Badge>
              </Table.Cell>
              <Table.Cell>{delivery.attempts}</Table.Cell>
              <Times delivery={delivery} />
              <Table.Cell minW="16rem" maxW="40rem" whiteSpace="normal">
                {delivery.error && (
                  <>
                    {delivery.error.code}: <ErrorText {...delivery.error} />
                  </>
                )}
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}

function Times({ delivery: { attempted_at: last, next_attempt_at: next } }: { delivery: Delivery }) {
  return (
    <Table.Cell whiteSpace="nowrap">
      {last && moment(last)}
      {next && <Box fontSize="xs">{t("jobNextAttempt", { time: moment(next) })}</Box>}
    </Table.Cell>
  );
}
