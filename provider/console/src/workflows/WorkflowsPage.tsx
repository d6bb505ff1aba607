import { Badge, Heading, HStack, Text, VStack } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { AccountChoice } from "../parts/AccountChoice";
import { Busy } from "../parts/Busy";
import { Failure } from "../parts/Failure";
import { accountOf, useAddressed } from "../parts/query";
import { ROOT } from "../parts/root";
import { useWorkflow, useWorkflows, type WorkflowSummary } from "../rest/workflows";
import { WorkflowDrawing } from "./WorkflowDrawing";

/** All workflows, each as a picture. */
export default function WorkflowsPage() {
  const [query, change] = useAddressed();
  const account = accountOf(query);
  const { data, error, refetch } = useWorkflows(account);
  return (
    <VStack align="stretch" gap={6}>
      <AccountChoice account={account} onChange={(name) => change({ account: name })} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Busy />}
      {data?.workflows.map((workflow) => (
        <WorkflowSection key={workflow.name} account={account} workflow={workflow} />
      ))}
    </VStack>
  );
}

function WorkflowSection({ account, workflow }: { account: string; workflow: WorkflowSummary }) {
  const { data, error } = useWorkflow(account, workflow.name);
  return (
    <div data-workflow={workflow.name}>
      <HStack gap={3}>
        <Heading as="h2" size="md">
          {workflow.name}
        </Heading>
        {workflow.paused && <Badge colorPalette="orange">{t("paused")}</Badge>}
        <NavLink to={`${ROOT}/jobs?workflow=${workflow.name}`}>{t("jobs")}</NavLink>
        <NavLink to={`/dags/${workflow.dag_id}`}>Dag</NavLink>
      </HStack>
      <Text mb={2}>{workflow.description}</Text>
      {error && <Failure error={error} />}
      {data && <WorkflowDrawing document={data} />}
    </div>
  );
}
