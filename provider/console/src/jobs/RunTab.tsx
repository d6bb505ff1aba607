import { Box, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { RestError, read } from "../rest/client";
import { JobDetails } from "./JobPage";

const NOT_FOUND = 404;

/** The job of a run, on the run's own page in Airflow. */
export function RunTab({ dagId, runId }: { dagId: string; runId: string }) {
  const { data, error } = useQuery({
    queryKey: ["run", dagId, runId],
    queryFn: () => read<{ account: string; id: string }>(`runs/${dagId}/${encodeURIComponent(runId)}/job`),
    retry: (_, failure) => !(failure instanceof RestError && failure.status === NOT_FOUND),
  });
  if (error) return <Text p={4}>{t("notAJob")}</Text>;
  return <Box p={4}>{data ? <JobDetails account={data.account} id={data.id} /> : <Busy />}</Box>;
}
