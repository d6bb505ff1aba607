import { Code, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import type { TimelineTask } from "../rest/jobPages";
import { type LogLine, tailOf } from "./logTail";

interface Props {
  dag: string;
  run: string;
  task: TimelineTask;
}

/** The end of a task's log, with the right that the person has in Airflow. */
export function TaskLog({ dag, run, task }: Props) {
  const path = `api/v2/dags/${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances/${task.task}/logs/${task.attempt}`;
  const url = new URL(`${path}?map_index=${task.map_index ?? -1}`, document.baseURI).href;
  const { data, error } = useQuery({
    queryKey: ["log", url],
    queryFn: () => readLog(url),
    refetchInterval: task.state === "running" ? 3_000 : false,
  });
  if (error) return <Text fontSize="sm">{t("jobNoLog")}</Text>;
  if (!data) return <Busy />;
  return (
    <Code as="pre" data-log display="block" tabIndex={0} overflow="auto" maxH="20rem" p={2} my={1} fontSize="xs">
      {data.length > 0 ? data.join("\n") : t("jobNoLog")}
    </Code>
  );
}

async function readLog(url: string): Promise<string[]> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const { content } = (await answer.json()) as { content: Array<LogLine | string> };
  return tailOf(content);
}
