import { Box, Heading, HStack, Text } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { between, clock } from "../parts/format";
import { type TimelineTask, useTimeline } from "../rest/jobPages";
import type { Job } from "../rest/jobs";

const COLOURS: Record<string, string> = { success: "green.solid", failed: "red.solid", running: "blue.solid", upstream_failed: "orange.solid" };

/** The tasks of a job as bars on one line of time; each leads to its log. */
export function Timeline({ job }: { job: Job }) {
  const { data } = useTimeline(job);
  const begun = data?.tasks.flatMap(({ started_at: at }) => at ?? []).toSorted()[0];
  if (!data || !begun) return null;
  const last = Math.max(...data.tasks.map(({ started_at: from, ended_at: to }) => (from ? between(begun, to) : 0)), 1);
  return (
    <div data-timeline>
      <Heading as="h3" size="md" mb={2}>
        {t("tasks")}
      </Heading>
      {data.tasks.map((task) => (
        <HStack key={`${task.task} ${task.map_index}`} gap={3}>
          <Text w={{ base: "8rem", md: "16rem" }} truncate title={task.label ?? task.task}>
            <NavLink to={logOf(data, task)}>{task.label ?? task.task}</NavLink>
          </Text>
          <Box flex={1} h="0.9rem" position="relative" bg="bg.muted">
            {task.started_at && <Bar task={task} begun={begun} last={last} />}
          </Box>
          <Text w="6rem" fontSize="sm">
            {task.reused ? t("reused") : task.started_at && clock(between(task.started_at, task.ended_at))}
          </Text>
        </HStack>
      ))}
    </div>
  );
}

function Bar({ task, begun, last }: { task: TimelineTask; begun: string; last: number }) {
  const from = between(begun, task.started_at);
  const length = between(task.started_at ?? begun, task.ended_at);
  return (
    <Box
      position="absolute"
      h="100%"
      minW="3px"
      left={`${(100 * from) / last}%`}
      w={`${(100 * length) / last}%`}
      bg={COLOURS[task.state ?? ""] ?? "gray.solid"}
      title={task.state ?? ""}
    />
  );
}

/** The page of a task in Airflow, which shows its log. */
function logOf({ dag_id: dag, run_id: run }: { dag_id: string | null; run_id: string | null }, task: TimelineTask): string {
  const mapped = task.map_index === null ? "" : `/mapped/${task.map_index}`;
  return `/dags/${dag}/runs/${encodeURIComponent(run ?? "")}/tasks/${task.task}${mapped}`;
}
