import { Box, Button, Heading, HStack, Text } from "@chakra-ui/react";
import { type PropsWithChildren, useState } from "react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { between, clock } from "../parts/format";
import { type Timeline as TimelineData, type TimelineTask, useTimeline } from "../rest/jobPages";
import type { Job } from "../rest/jobs";
import { TaskLog } from "./TaskLog";

const COLOURS: Record<string, string> = { success: "green.solid", failed: "red.solid", running: "blue.solid", upstream_failed: "orange.solid" };
const REUSED = "repeating-linear-gradient(45deg, var(--chakra-colors-green-solid) 0 4px, var(--chakra-colors-green-muted) 4px 8px)";

/** The wait and the tasks of a job as bars on one line of time; each task leads to its log. */
export function Timeline({ job }: { job: Job }) {
  const { data } = useTimeline(job);
  const first = data?.tasks.flatMap(({ started_at: at }) => at ?? []).toSorted()[0];
  if (!data || !first) return null;
  const begun = job.submitted_at;
  const last = Math.max(...data.tasks.map(({ started_at: from, ended_at: to }) => (from ? between(begun, to) : 0)), 1);
  const scale = { begun, last };
  return (
    <div data-timeline>
      <Heading as="h3" size="md" mb={2}>
        {t("tasks")}
      </Heading>
      {data.is_in_one_task && (
        <Text fontSize="sm" mb={2}>
          {t("jobInOneTask")}
        </Text>
      )}
      <HStack gap={3}>
        <Text w={{ base: "5rem", md: "16rem" }}>{t("waiting")}</Text>
        <Track>
          <Bar from={begun} to={first} scale={scale} colour="gray.solid" title={t("waiting")} />
        </Track>
        <Text w="4rem" fontSize="sm">
          {clock(between(begun, first))}
        </Text>
        <Box w="3rem" />
      </HStack>
      {data.tasks.map((task) => (
        <TaskRow key={`${task.task} ${task.map_index}`} data={data} task={task} scale={scale} />
      ))}
    </div>
  );
}

interface Scale {
  begun: string;
  /** Seconds from the beginning to the end of the last task. */
  last: number;
}

function TaskRow({ data, task, scale }: { data: TimelineData; task: TimelineTask; scale: Scale }) {
  const [isOpen, setIsOpen] = useState(false);
  const name = task.label ?? task.task;
  const { dag_id: dag, run_id: run } = data;
  return (
    <>
      <HStack gap={3}>
        <Text w={{ base: "5rem", md: "16rem" }} truncate title={name}>
          <NavLink to={logOf(data, task)}>{name}</NavLink>
        </Text>
        <Track>
          {task.started_at && (
            <Bar
              from={task.started_at}
              to={task.ended_at}
              scale={scale}
              colour={COLOURS[task.state ?? ""] ?? "gray.solid"}
              pattern={task.reused ? REUSED : undefined}
              title={task.reused ? t("reused") : (task.state ?? "")}
            />
          )}
        </Track>
        <Text w="4rem" fontSize="sm">
          {task.reused ? t("reused") : task.started_at && clock(between(task.started_at, task.ended_at))}
        </Text>
        <Box w="3rem">
          {task.attempt > 0 && (
            <Button size="2xs" variant="outline" aria-expanded={isOpen} aria-label={t("jobLogOf", { task: name })} onClick={() => setIsOpen(!isOpen)}>
              {t("jobLog")}
            </Button>
          )}
        </Box>
      </HStack>
      {isOpen && dag && run && <TaskLog dag={dag} run={run} task={task} />}
    </>
  );
}

function Track({ children }: PropsWithChildren) {
  return (
    <Box flex={1} minW={0} h="0.9rem" position="relative" bg="bg.muted">
      {children}
    </Box>
  );
}

function Bar({ from, to, scale, colour, pattern, title }: { from: string; to: string | null; scale: Scale; colour: string; pattern?: string | undefined; title: string }) {
  const left = (100 * between(scale.begun, from)) / scale.last;
  const width = (100 * between(from, to)) / scale.last;
  return <Box position="absolute" h="100%" minW="3px" left={`${left}%`} w={`${width}%`} bg={colour} title={title} style={{ backgroundImage: pattern }} />;
}

/** The page of a task in Airflow, which shows its log. */
function logOf({ dag_id: dag, run_id: run }: { dag_id: string | null; run_id: string | null }, task: TimelineTask): string {
  const mapped = task.map_index === null ? "" : `/mapped/${task.map_index}`;
  return `/dags/${dag}/runs/${encodeURIComponent(run ?? "")}/tasks/${task.task}${mapped}`;
}
