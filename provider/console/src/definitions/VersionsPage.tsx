import { Badge, Button, Heading, HStack, SimpleGrid, Table, VStack } from "@chakra-ui/react";
import { NavLink, useNavigate, useParams } from "react-router-dom";

import { t } from "../i18n";
import { CopyAs } from "../parts/CopyAs";
import { Difference } from "../parts/Difference";
import { Failure } from "../parts/Failure";
import { moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { useAddressed } from "../parts/query";
import { ROOT } from "../parts/root";
import { address } from "../rest/client";
import {
  type DefinitionKind,
  definitionPath,
  type DefinitionStatus,
  type DefinitionText,
  type DefinitionVersion,
  useDefinition,
  useSave,
  useVersion,
  useVersions,
} from "../rest/definitions";
import { DefinitionBadge } from "./DefinitionBadge";

const PAGES: Record<DefinitionKind, string> = { "state-machines": "machines", workflows: "workflows" };

/** All versions of a definition: compared with the newest one, and taken back. */
export default function VersionsPage({ kind }: { kind: DefinitionKind }) {
  const { name = "" } = useParams();
  return <Loaded of={useVersions(kind, name)}>{({ versions }) => <Versions kind={kind} name={name} versions={versions} />}</Loaded>;
}

function Versions({ kind, name, versions }: { kind: DefinitionKind; name: string; versions: DefinitionVersion[] }) {
  const [query, change] = useAddressed();
  const newest = versions[0];
  const chosen = Number(query.get("version") ?? versions[1]?.version ?? newest?.version);
  const choose = (version: number) => change({ version: String(version) });
  return (
    <VStack align="stretch" gap={4}>
      <HStack gap={3} wrap="wrap">
        <Heading as="h2" size="lg">
          {t("designerVersionsOf", { name })}
        </Heading>
        <NavLink to={`${ROOT}/${PAGES[kind]}/${name}/edit`}>{t("editorEdit")}</NavLink>
      </HStack>
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={5}>
        <VersionTable versions={versions} chosen={chosen} onChoose={choose} />
        {newest && <Comparison key={chosen} kind={kind} name={name} version={chosen} newest={newest} />}
      </SimpleGrid>
      <CopyAs action={{ method: "GET", url: address(`${definitionPath(kind, name)}/versions`).href, cli: `media definitions history ${kind} ${name}` }} />
    </VStack>
  );
}

function VersionTable({ versions, chosen, onChoose }: { versions: DefinitionVersion[]; chosen: number; onChoose: (version: number) => void }) {
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("editorVersions")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["designerVersion", "status", "designerSavedBy", "designerSavedAt", "comment"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {versions.map(({ version, status, saved_by: who, saved_at: when, comment }) => (
            <Table.Row key={version} data-version={version} bg={version === chosen ? "bg.emphasized" : undefined}>
              <Table.Cell>
                <Button size="xs" variant="ghost" aria-pressed={version === chosen} onClick={() => onChoose(version)}>
                  {version}
                </Button>
              </Table.Cell>
              <Table.Cell>
                <DefinitionBadge status={status} />
              </Table.Cell>
              <Table.Cell>{who}</Table.Cell>
              <Table.Cell whiteSpace="nowrap">{moment(when)}</Table.Cell>
              <Table.Cell>{comment}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}

interface Compared {
  kind: DefinitionKind;
  name: string;
  version: number;
  newest: DefinitionVersion;
}

function Comparison({ kind, name, version, newest }: Compared) {
  const now = useVersion(kind, name, newest.version);
  return (
    <Loaded of={useVersion(kind, name, version)}>
      {(old) => <Loaded of={now}>{({ text, settings }) => <Changed kind={kind} name={name} version={version} newest={newest} old={old} now={{ text, settings }} />}</Loaded>}
    </Loaded>
  );
}

function Changed({ kind, name, version, newest, old, now }: Compared & { old: DefinitionText; now: DefinitionText }) {
  const { data: definition } = useDefinition(kind, name);
  const save = useSave(kind);
  const navigate = useNavigate();
  const { text, settings } = old;
  const put = (status: DefinitionStatus) =>
    save.mutate(
      { name, content: { text, settings, status, base: newest.version, comment: t("designerBackTo", { version }) } },
      { onSuccess: () => navigate(`${ROOT}/${PAGES[kind]}/${name}/edit`) },
    );
  const isNewest = version === newest.version;
  return (
    <VStack as="section" align="stretch" gap={3} aria-label={t("designerCompare", { version, newest: newest.version })}>
      <HStack gap={3} wrap="wrap">
        <Heading as="h3" size="sm">
          {t("designerCompare", { version, newest: newest.version })}
        </Heading>
        {isNewest && <Badge>{t("designerNewest")}</Badge>}
      </HStack>
      {save.error && <Failure error={save.error} />}
      <Difference before={text} after={now.text} />
      {settings !== now.settings && <Difference before={settings} after={now.settings} />}
      {!isNewest && definition?.can_change && (
        <HStack wrap="wrap">
          <Button size="sm" loading={save.isPending} onClick={() => put("published")}>
            {t("designerGoBack", { version })}
          </Button>
          <Button size="sm" variant="outline" loading={save.isPending} onClick={() => put("draft")}>
            {t("designerBackAsDraft")}
          </Button>
        </HStack>
      )}
    </VStack>
  );
}
