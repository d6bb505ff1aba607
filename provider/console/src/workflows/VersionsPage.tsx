import { Badge, Button, Heading, HStack, Table, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { NavLink, useParams } from "react-router-dom";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { Choice } from "../parts/Choice";
import { CopyAs } from "../parts/CopyAs";
import { Difference } from "../parts/Difference";
import { Failure } from "../parts/Failure";
import { moment } from "../parts/format";
import { ROOT } from "../parts/root";
import { address, read } from "../rest/client";
import { type DefinitionChange, definitionPath, type DefinitionVersion, useDefinition, useSave, useVersion, useVersions } from "../rest/definitions";

const STATUS = { published: "editorOriginStore", draft: "editorOriginDraft", disabled: "editorOriginDisabled" } as const;

/** The versions of a workflow that was saved in the console; two are compared, and each can be gone back to. */
export default function VersionsPage() {
  const { name = "" } = useParams();
  const { data, error, refetch } = useVersions("workflows", name);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Busy />;
  return (
    <VStack align="stretch" gap={4}>
      <HStack wrap="wrap" gap={4}>
        <Heading as="h2" size="md">
          {t("editorVersionsOf", { name })}
        </Heading>
        <NavLink to={`${ROOT}/workflows/${encodeURIComponent(name)}/edit`}>{t("editorEdit")}</NavLink>
      </HStack>
      <VersionTable name={name} versions={data.versions} />
      {data.versions.length > 1 && <Comparison name={name} versions={data.versions} />}
    </VStack>
  );
}

function VersionTable({ name, versions }: { name: string; versions: DefinitionVersion[] }) {
  const { data: definition } = useDefinition("workflows", name);
  const save = useSave("workflows");
  const newest = versions[0]?.version ?? null;
  const content = (text: string, version: number): DefinitionChange => ({ text, status: "published", base: newest, comment: t("editorBackComment", { version }) });
  const goBack = async (version: number) => {
    const { text } = await read<{ text: string }>(`${definitionPath("workflows", name)}/versions/${version}`);
    save.mutate({ name, content: content(text, version) });
  };
  return (
    <>
      {save.error && <Failure error={save.error} />}
      <Table.ScrollArea as="section" tabIndex={0} aria-label={t("editorVersions")}>
        <Table.Root size="sm">
          <Table.Header>
            <Table.Row>
              {(["editorVersion", "status", "editorSavedAt", "editorSavedWho", "comment", "editorActions"] as const).map((key) => (
                <Table.ColumnHeader key={key}>{t(key)}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {versions.map(({ version, status, saved_at: at, saved_by: who, comment }) => (
              <Table.Row key={version} data-version={version}>
                <Table.Cell>{version}</Table.Cell>
                <Table.Cell>
                  <Badge>{t(STATUS[status])}</Badge>
                </Table.Cell>
                <Table.Cell whiteSpace="nowrap">{moment(at)}</Table.Cell>
                <Table.Cell>{who}</Table.Cell>
                <Table.Cell>{comment}</Table.Cell>
                <Table.Cell>
                  {version !== newest && definition?.can_change && (
                    <Button size="xs" variant="outline" loading={save.isPending} onClick={() => void goBack(version)}>
                      {t("editorBack", { version })}
                    </Button>
                  )}
                </Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
      <CopyAs action={{ method: "GET", url: address(`${definitionPath("workflows", name)}/versions`).href }} />
    </>
  );
}

function Comparison({ name, versions }: { name: string; versions: DefinitionVersion[] }) {
  const [from, setFrom] = useState(versions[1]!.version);
  const [to, setTo] = useState(versions[0]!.version);
  const before = useVersion("workflows", name, from);
  const after = useVersion("workflows", name, to);
  const options = versions.map(({ version }) => ({ value: String(version), label: String(version) }));
  const failed = before.error ?? after.error;
  return (
    <VStack as="section" align="stretch" aria-label={t("editorCompare")}>
      <HStack wrap="wrap">
        <Choice label={t("editorFrom")} any={false} value={String(from)} options={options} onChange={(version) => setFrom(Number(version))} />
        <Choice label={t("editorTo")} any={false} value={String(to)} options={options} onChange={(version) => setTo(Number(version))} />
      </HStack>
      {failed && <Failure error={failed} />}
      {before.data && after.data ? <Difference before={before.data.text} after={after.data.text} /> : <Text>{t("busy")}</Text>}
    </VStack>
  );
}
