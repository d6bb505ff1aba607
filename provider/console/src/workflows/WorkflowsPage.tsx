import { Badge, Button, Heading, HStack, Text, VStack } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import { NavLink, useNavigate } from "react-router-dom";

import { OriginBadge } from "../definitions/DefinitionBadge";
import { t } from "../i18n";
import { AccountChoice } from "../parts/AccountChoice";
import { Busy } from "../parts/Busy";
import { Failure } from "../parts/Failure";
import { moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { accountOf, useAddressed } from "../parts/query";
import { ROOT } from "../parts/root";
import { type DefinitionSummary, readDefinition, useDefinitions, useSave } from "../rest/definitions";
import { useWorkflow, useWorkflows, type WorkflowSummary } from "../rest/workflows";
import { WorkflowDrawing } from "./WorkflowDrawing";

const DraftDrawing = lazy(() => import("./DraftDrawing")); // reading YAML takes more than the rest of this page

/** All workflows, each as a picture, with where it comes from; those that are saved here can be changed. */
export default function WorkflowsPage() {
  const [query, change] = useAddressed();
  const account = accountOf(query);
  const workflows = useWorkflows(account);
  const definitions = useDefinitions("workflows"); // an Airflow without a store of definitions answers an error
  const navigate = useNavigate();
  return (
    <VStack align="stretch" gap={6}>
      <HStack wrap="wrap" align="end">
        <AccountChoice account={account} onChange={(name) => change({ account: name })} />
        {definitions.data && (
          <Button size="sm" onClick={() => void navigate(`${ROOT}/workflows/new`)}>
            {t("editorNew")}
          </Button>
        )}
      </HStack>
      <Loaded of={workflows}>
        {(data) => <WorkflowSections account={account} workflows={data.workflows} saved={definitions.data?.definitions ?? []} />}
      </Loaded>
    </VStack>
  );
}

interface SectionsProps {
  account: string;
  workflows: WorkflowSummary[];
  saved: DefinitionSummary[];
}

function WorkflowSections({ account, workflows, saved }: SectionsProps) {
  const running = new Map(workflows.map((workflow) => [workflow.name, workflow]));
  const names = [...new Set([...running.keys(), ...saved.map(({ name }) => name)])].toSorted((a, b) => a.localeCompare(b));
  return names.map((name) => (
    <WorkflowSection key={name} account={account} name={name} workflow={running.get(name)} definition={saved.find((each) => each.name === name)} />
  ));
}

interface SectionProps {
  account: string;
  name: string;
  workflow: WorkflowSummary | undefined;
  definition: DefinitionSummary | undefined;
}

function WorkflowSection({ account, name, workflow, definition }: SectionProps) {
  return (
    <div data-workflow={name}>
      <HStack gap={3} wrap="wrap">
        <Heading as="h2" size="md">
          {name}
        </Heading>
        {definition && <OriginBadge definition={definition} />}
        {workflow?.paused && <Badge colorPalette="orange">{t("paused")}</Badge>}
        <NavLink to={`${ROOT}/jobs?workflow=${name}`}>{t("jobs")}</NavLink>
        {workflow && <NavLink to={`/dags/${workflow.dag_id}`}>Dag</NavLink>}
        {definition && <DefinitionButtons definition={definition} />}
      </HStack>
      {definition?.saved_by && definition.saved_at && (
        <Text fontSize="sm" color="fg.muted">
          {t("editorSavedBy", { version: definition.version, who: definition.saved_by, when: moment(definition.saved_at) })} {definition.comment}
        </Text>
      )}
      <Text mb={2}>{workflow?.description}</Text>
      {workflow ? (
        <Picture account={account} name={name} />
      ) : (
        <Suspense fallback={<Busy />}>
          <DraftDrawing key={definition?.version} name={name} />
        </Suspense>
      )}
    </div>
  );
}

function Picture({ account, name }: { account: string; name: string }) {
  return <Loaded of={useWorkflow(account, name)}>{(document) => <WorkflowDrawing document={document} />}</Loaded>;
}

function DefinitionButtons({ definition }: { definition: DefinitionSummary }) {
  const { name, origin, status, can_change: canChange } = definition;
  const navigate = useNavigate();
  const save = useSave("workflows");
  const path = `${ROOT}/workflows/${encodeURIComponent(name)}`;
  const next = status === "disabled" ? "published" : "disabled";
  const toggle = async () => {
    const { text, version = null } = await readDefinition("workflows", name);
    save.mutate({ name, content: { text, status: next, base: version } });
  };
  return (
    <>
      <Button size="xs" variant="outline" onClick={() => void navigate(`${path}/edit`)}>
        {t(canChange ? "editorEdit" : "editorShow")}
      </Button>
      <Button size="xs" variant="outline" onClick={() => void navigate(`${ROOT}/workflows/new?from=${encodeURIComponent(name)}`)}>
        {t("editorCopy")}
      </Button>
      {origin === "store" && (
        <Button size="xs" variant="outline" onClick={() => void navigate(`${path}/versions`)}>
          {t("editorVersions")}
        </Button>
      )}
      {origin === "store" && canChange && status !== "draft" && (
        <Button size="xs" variant="outline" loading={save.isPending} onClick={() => void toggle()}>
          {t(next === "disabled" ? "editorDisable" : "editorEnable")}
        </Button>
      )}
      {save.error && <Failure error={save.error} />}
    </>
  );
}
