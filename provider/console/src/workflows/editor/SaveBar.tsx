import { Badge, Button, Heading, HStack, Input, Text } from "@chakra-ui/react";
import { useState } from "react";
import { NavLink, useNavigate } from "react-router-dom";

import { ConflictDialog } from "../../definitions/ConflictDialog";
import { conflictOf } from "../../definitions/conflict";
import { OriginBadge } from "../../definitions/DefinitionBadge";
import { t } from "../../i18n";
import { CopyAs } from "../../parts/CopyAs";
import { Failure } from "../../parts/Failure";
import { moment } from "../../parts/format";
import { accountOf, useAddressed } from "../../parts/query";
import { ROOT } from "../../parts/root";
import { useAccount } from "../../rest/accounts";
import { address } from "../../rest/client";
import { type Definition, type DefinitionChange, definitionPath, type DefinitionStatus, readDefinition, useSave } from "../../rest/definitions";
import type { Editor } from "./useEditor";

interface Props {
  editor: Editor;
  saved: Definition;
  readOnly: boolean;
  onSaved: (definition: Definition) => void;
  isTrying: boolean;
  onTry: () => void;
}

const command = (name: string, base: number | null | undefined): string => `media definitions put workflows ${name} ${name}.yaml${base ? ` --base ${base}` : ""}`;

/** The name of a workflow, who saved it, and the buttons that save, undo and try. */
export function SaveBar({ editor, saved, readOnly, onSaved, isTrying, onTry }: Props) {
  const [comment, setComment] = useState("");
  const [wanted, setWanted] = useState<DefinitionStatus>("published");
  const save = useSave("workflows");
  const navigate = useNavigate();
  const name = saved.name || String(editor.value["name"] ?? "");
  const [query] = useAddressed();
  const canTry = useAccount(accountOf(query))?.can_change ?? false;
  const isChanged = editor.text !== saved.text;
  const content = (status: DefinitionStatus, base = saved.version ?? null): DefinitionChange => ({ text: editor.text, status, base, ...(comment && { comment }) });
  const run = (status: DefinitionStatus, base?: number) => {
    setWanted(status);
    save.mutate(
      { name, content: content(status, base) },
      {
        onSuccess: (next) => {
          onSaved(next);
          setComment("");
          if (!saved.name) void navigate(`${ROOT}/workflows/${encodeURIComponent(name)}/edit`, { replace: true });
        },
      },
    );
  };
  const conflict = conflictOf(save.error);
  const takeTheirs = async () => {
    const theirs = await readDefinition("workflows", name);
    editor.setText(theirs.text);
    onSaved(theirs);
    save.reset();
  };
  return (
    <>
      <HStack wrap="wrap" gap={3}>
        <Heading as="h2" size="md">
          {name || t("editorNew")}
        </Heading>
        {saved.name ? <OriginBadge definition={saved} /> : <Badge>{t("editorUnsavedBadge")}</Badge>}
        {isChanged && saved.name && <Badge colorPalette="orange">{t("editorChanged")}</Badge>}
        {saved.saved_by && saved.saved_at && (
          <Text fontSize="sm" color="fg.muted">
            {t("editorSavedBy", { version: saved.version, who: saved.saved_by, when: moment(saved.saved_at) })}
          </Text>
        )}
        {saved.name && saved.origin === "store" && <NavLink to={`${ROOT}/workflows/${encodeURIComponent(saved.name)}/versions`}>{t("editorVersions")}</NavLink>}
      </HStack>
      <HStack wrap="wrap" gap={2}>
        {readOnly && <Text>{t("editorReadOnly")}</Text>}
        {!readOnly && (
          <>
            <Button size="sm" loading={save.isPending && wanted === "published"} disabled={name === "" || save.isPending} onClick={() => run("published")}>
              {t("editorPublish")}
            </Button>
            <Button size="sm" variant="outline" loading={save.isPending && wanted === "draft"} disabled={name === "" || save.isPending} onClick={() => run("draft")}>
              {t("editorDraft")}
            </Button>
            <Input size="sm" w="220px" aria-label={t("editorComment")} placeholder={t("editorComment")} value={comment} onChange={({ target }) => setComment(target.value)} />
            <Button size="sm" variant="ghost" onClick={() => editor.yaml.current?.undo()}>
              {t("editorUndo")}
            </Button>
            <Button size="sm" variant="ghost" onClick={() => editor.yaml.current?.redo()}>
              {t("editorRedo")}
            </Button>
          </>
        )}
        {canTry && (
          <Button size="sm" variant={isTrying ? "solid" : "outline"} aria-expanded={isTrying} onClick={onTry}>
            {t("editorTry")}
          </Button>
        )}
        <CopyAs action={{ method: "PUT", url: address(definitionPath("workflows", name)).href, body: content("published"), cli: command(name, saved.version) }} />
      </HStack>
      {save.error && !conflict && <Failure error={save.error} />}
      {conflict && (
        <ConflictDialog
          kind="workflows"
          name={name}
          conflict={conflict}
          mine={editor.text}
          onOverwrite={() => run(wanted, conflict.version)}
          onTake={() => void takeTheirs()}
          onClose={() => save.reset()}
        />
      )}
    </>
  );
}
