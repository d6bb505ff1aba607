import { Button, Heading, HStack, Text, VStack } from "@chakra-ui/react";

import { t } from "../i18n";
import { Failure } from "../parts/Failure";
import { type Approval, useApprovals, useApprove, type Visit } from "../rest/machines";
import { ExecutionMedia } from "./ExecutionMedia";

/** The questions that an execution asks people, beside what is to be approved. */
export function Approvals({ machine, execution, visits }: { machine: string; execution: string; visits: Visit[] }) {
  const { data } = useApprovals(machine, execution);
  return data?.approvals.map((approval) => (
    <Question key={`${approval.run_id} ${approval.task_id} ${approval.map_index}`} machine={machine} execution={execution} approval={approval} visits={visits} />
  ));
}

const asks = ({ state, task_id: task, map_index: index }: Approval, visit: Visit): boolean =>
  visit.status === "running" && (state === null ? visit.task === task && (visit.map_index ?? -1) === index : visit.state === state);

function Question({ machine, execution, approval, visits }: { machine: string; execution: string; approval: Approval; visits: Visit[] }) {
  const answer = useApprove(machine, execution);
  const media = [...new Set(visits.filter((visit) => asks(approval, visit)).flatMap((visit) => visit.media))];
  return (
    <VStack as="section" aria-label={approval.subject} align="stretch" borderWidth="2px" borderColor="border.warning" borderRadius="md" p={4}>
      <Heading as="h3" size="md">
        {approval.subject}
      </Heading>
      {approval.body && <Text wordBreak="break-all">{approval.body}</Text>}
      <ExecutionMedia machine={machine} execution={execution} uris={media} />
      {answer.error && <Failure error={answer.error} />}
      <HStack wrap="wrap">
        {approval.options.map((option, index) => {
          const isLast = index === approval.options.length - 1;
          return (
            <Button
              key={option}
              size="sm"
              variant={isLast ? "outline" : "solid"}
              colorPalette={isLast ? "red" : "green"}
              disabled={answer.isPending}
              onClick={() => answer.mutate({ approval, option })}
            >
              {option}
            </Button>
          );
        })}
        {approval.assigned_to.length > 0 && <Text fontSize="sm">{t("executionAssigned", { people: approval.assigned_to.join(", ") })}</Text>}
      </HStack>
    </VStack>
  );
}
