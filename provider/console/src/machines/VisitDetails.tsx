import { Heading, HStack, Text, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { between, clock, moment } from "../parts/format";
import type { Visit } from "../rest/machines";
import { Json } from "./Json";
import { StatusBadge } from "./StatusBadge";
import { nameOf } from "./visits";

interface Props {
  visit: Visit;
  /** Path of its log in Airflow, where a task tells of it. */
  log?: string | undefined;
  /** What it has made. */
  children?: ReactNode;
}

/** One visit of a state: when, with what, to which end, and where its log is. */
export function VisitDetails({ visit, log, children }: Props) {
  return (
    <VStack as="section" align="stretch" aria-label={nameOf(visit)} borderWidth="1px" borderRadius="md" p={3}>
      <HStack wrap="wrap">
        <Heading as="h3" size="sm">
          {nameOf(visit)}
        </Heading>
        <StatusBadge status={visit.status} />
        <Text fontSize="sm" color="fg.muted">
          {moment(visit.started)} · {clock(between(visit.started, visit.ended))}
        </Text>
        {log && <NavLink to={log}>{t("executionLog")}</NavLink>}
      </HStack>
      {visit.error && (
        <Text color="red.fg">
          {visit.error}: {visit.cause}
        </Text>
      )}
      {children}
      <Json name={t("input")} value={visit.input ?? undefined} />
      <Json name={t("result")} value={visit.output ?? undefined} />
      {Object.keys(visit.variables).length > 0 && <Json name={t("executionVariables")} value={visit.variables} />}
    </VStack>
  );
}
