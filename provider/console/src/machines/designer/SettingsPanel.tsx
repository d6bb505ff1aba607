import { Field, Input, NativeSelect, Text, VStack } from "@chakra-ui/react";

import { t } from "../../i18n";
import { CodeEditor } from "../../parts/CodeEditor";
import type { Diagnostic } from "../../rest/definitions";
import { removeValue, setValue } from "../../workflows/editor/edits";
import { read } from "../../workflows/editor/source";

interface Props {
  settings: string;
  readOnly: boolean;
  marks: readonly Diagnostic[];
  onChange: (settings: string) => void;
}

const TEXTS = ["connection", "schedule", "timezone"] as const;
const EXAMPLES = { connection: "aws_default", schedule: "@daily", timezone: "Europe/Berlin" };

/** The settings beside the definition, as a form and as YAML. */
export function SettingsPanel({ settings, readOnly, marks, onChange }: Props) {
  const { value } = read(settings);
  const set = (name: string, wanted: unknown) => {
    const isWanted = wanted !== "" && !(Array.isArray(wanted) && wanted.length === 0);
    if (isWanted) onChange(setValue(settings, [name], wanted));
    else if (value && name in value) onChange(removeValue(settings, [name]));
  };
  const tags = Array.isArray(value?.tags) ? value.tags.join(", ") : "";
  return (
    <VStack align="stretch" gap={3}>
      {value && (
        <>
          <Field.Root disabled={readOnly}>
            <Field.Label fontSize="xs">type</Field.Label>
            <NativeSelect.Root size="sm">
              <NativeSelect.Field value={String(value.type ?? "standard")} onChange={({ target }) => set("type", target.value)}>
                <option value="standard">{t("designerStandard")}</option>
                <option value="express">{t("designerExpress")}</option>
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
          </Field.Root>
          {TEXTS.map((name) => (
            <Field.Root key={name} readOnly={readOnly}>
              <Field.Label fontSize="xs">{name}</Field.Label>
              <Input size="sm" placeholder={EXAMPLES[name]} value={String(value[name] ?? "")} onChange={({ target }) => set(name, target.value)} />
            </Field.Root>
          ))}
          <Field.Root key={tags} readOnly={readOnly}>
            <Field.Label fontSize="xs">tags</Field.Label>
            <Input size="sm" defaultValue={tags} onBlur={({ target }) => target.value !== tags && set("tags", list(target.value))} />
          </Field.Root>
        </>
      )}
      <Text fontSize="xs">YAML</Text>
      <CodeEditor label={t("designerSettings")} language="yaml" text={settings} readOnly={readOnly} diagnostics={marks} height="14rem" onChange={onChange} />
    </VStack>
  );
}

const list = (text: string): string[] => text.split(",").map((each) => each.trim()).filter(Boolean);
