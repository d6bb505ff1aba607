import { Box, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { t } from "../i18n";
import { Loaded } from "../parts/Loaded";
import { RestError, read } from "../rest/client";
import { JobDetails } from "./JobPage";

const NOT_FOUND = 404;
const isUnknown = (error: Error | null): boolean => error instanceof RestError && error.status === NOT_FOUND;

/** The job of a run, on the run's own page in Airflow. */
export function RunTab({ dagId, runId }: { dagId: string; runId: string }) {
  const run = useQuery({
    queryKey: ["run", dagId, runId],
    queryFn: () => read<{ account: string; id: string }>(`runs/${dagId}/${encodeURIComponent(runId)}/job`),
    retry: (_, failure) => !isUnknown(failure),
  });
  if (isUnknown(run.error)) return <Text p={4}>{t("notAJob")}</Text>;
  return (
    <Box p={4}>
      <Loaded of={run}>{({ account, id }) => <JobDetails account={account} id={id} />}</Loaded>
    </Box>
  );
}
