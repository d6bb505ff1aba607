import { Button, Field, HStack, Input, NativeSelect } from "@chakra-ui/react";
import { useState } from "react";

import { ConflictDialog } from "../../definitions/ConflictDialog";
import { conflictOf } from "../../definitions/conflict";
import { t } from "../../i18n";
import { Failure } from "../../parts/Failure";
import { type Definition, type DefinitionStatus, useSave } from "../../rest/definitions";

interface Props {
  /** The definition as it was opened; undefined for a new one. */
  opened: Definition | undefined;
  name: string;
  text: string;
  settings: string;
  isChanged: boolean;
  onSaved: (saved: Definition) => void;
  onTake: () => void;
}

const STATUSES = { published: "designerPublish", draft: "designerSaveDraft", disabled: "designerDisable" } as const;

/** Saves the definition as a version of the wanted status, with a comment. */
export function SaveBar({ opened, name, text, settings, isChanged, onSaved, onTake }: Props) {
  const [status, setStatus] = useState<DefinitionStatus>(opened?.status ?? "published");
  const [comment, setComment] = useState("");
  const save = useSave("state-machines");
  const conflict = conflictOf(save.error);
  const send = (base: number | null) =>
    save.mutate(
      { name, content: { text, settings, status, base, ...(comment && { comment }) } },
      {
        onSuccess: (saved) => {
          setComment("");
          onSaved(saved);
        },
      },
    );
  const isSame = opened !== undefined && !isChanged && opened.status === status;
  return (
    <>
      <HStack gap={2} wrap="wrap" align="end">
        <Field.Root w="10rem">
          <Field.Label fontSize="xs">{t("designerSaveAs")}</Field.Label>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={status} onChange={({ target }) => setStatus(target.value as DefinitionStatus)}>
              {Object.entries(STATUSES).map(([value, title]) => (
                <option key={value} value={value}>
                  {t(title)}
                </option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </Field.Root>
        <Field.Root w="14rem" maxW="100%">
          <Field.Label fontSize="xs">{t("comment")}</Field.Label>
          <Input size="sm" maxLength={500} value={comment} onChange={({ target }) => setComment(target.value)} />
        </Field.Root>
        <Button size="sm" loading={save.isPending} disabled={!name || isSame} onClick={() => send(opened?.version ?? null)}>
          {t("designerSave")}
        </Button>
      </HStack>
      {save.error && !conflict && <Failure error={save.error} />}
      {conflict && (
        <ConflictDialog
          kind="state-machines"
          name={name}
          conflict={conflict}
          mine={text}
          onOverwrite={() => send(conflict.version)}
          onTake={() => {
            save.reset();
            onTake();
          }}
          onClose={() => save.reset()}
        />
      )}
    </>
  );
}
