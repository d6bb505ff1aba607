import { Alert, Box, HStack, SimpleGrid, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { Choice } from "../../parts/Choice";
import type { Diagnostic } from "../../rest/definitions";
import type { Preset } from "../../rest/trials";
import { renameKey } from "./edits";
import { Fields, type FormContext } from "./Fields";
import { TextInput } from "./inputs";
import { OutputActions } from "./OutputActions";
import { kindOfOutput, outputName, outputPart, outputsOf, type Part } from "./parts";
import { fieldsOf, type FormField, outputKinds, type Schema, schemaOfKind } from "./schema";
import type { Editor } from "./useEditor";

interface Props {
  editor: Editor;
  schema: Schema;
  presets: Preset[];
  diagnostics: Diagnostic[];
  readOnly: boolean;
  onMove: (name: string, by: -1 | 1) => void;
  onDelete: (name: string) => void;
  onDuplicate: (name: string) => void;
}

const ELSEWHERE = new Set(["trigger", "schedule", "timezone", "output", "outputs", "notifications"]);
const TIMES = new Set(["schedule", "timezone"]);

/** The settings of the chosen part of a workflow, in fields made from the schema. */
export function Form(props: Props) {
  const { editor, schema, presets, diagnostics, readOnly } = props;
  const output = outputName(editor.part);
  const context: FormContext = { root: schema, value: editor.value, edit: editor.edit, diagnostics, readOnly: readOnly || editor.isBroken };
  const fields = fieldsOf(schema, schema);
  const some = (isWanted: (field: FormField) => boolean) => <Fields context={context} fields={fields.filter(isWanted)} path={[]} />;
  const within = (name: string) => <Fields context={context} path={[name]} fields={fieldsOf(schema, schema.properties?.[name] ?? {})} />;
  return (
    <VStack as="section" align="stretch" aria-label={t("editorForm")} data-testid="form" gap={3}>
      <HStack wrap="wrap" align="end" justify="space-between">
        <PartChoice editor={editor} />
        {output !== undefined && !context.readOnly && (
          <OutputActions name={output} names={Object.keys(outputsOf(editor.value))} onMove={props.onMove} onDuplicate={props.onDuplicate} onDelete={props.onDelete} />
        )}
      </HStack>
      {editor.isBroken && <Note text={t("editorBroken")} />}
      {editor.problem && <Note text={t(editor.problem === "taken" ? "editorTaken" : "editorOnlyText")} />}
      {editor.part === "general" && some(({ name }) => !ELSEWHERE.has(name))}
      {editor.part === "source" && within("trigger")}
      {editor.part === "source" && some(({ name }) => TIMES.has(name))}
      {editor.part === "destination" && within("output")}
      {editor.part === "notifications" && some(({ name }) => name === "notifications")}
      {output !== undefined && <OutputForm key={output} name={output} context={context} editor={editor} presets={presets} />}
    </VStack>
  );
}

const Note = ({ text }: { text: string }) => (
  <Alert.Root status="warning" size="sm">
    <Alert.Indicator />
    <Alert.Description>{text}</Alert.Description>
  </Alert.Root>
);

function PartChoice({ editor }: { editor: Editor }) {
  const names = Object.keys(outputsOf(editor.value));
  const options: Array<{ value: Part; label: string }> = [
    { value: "general", label: t("editorGeneral") },
    { value: "source", label: t("source") },
    ...names.map((name) => ({ value: outputPart(name), label: `${t("output")}: ${name}` })),
    { value: "destination", label: t("destination") },
    { value: "notifications", label: t("notifications") },
  ];
  return <Choice label={t("editorPart")} any={false} value={editor.part} options={options} onChange={(part) => editor.choose(part as Part)} />;
}

function OutputForm({ name, context, editor, presets }: { name: string; context: FormContext; editor: Editor; presets: Preset[] }) {
  const output = outputsOf(editor.value)[name];
  if (output === undefined) return null;
  const path = ["outputs", name];
  const preset = presets.find((each) => each.name === output["preset"]);
  const kind = kindOfOutput(output, presets);
  const fields = fieldsOf(context.root, schemaOfKind(context.root, kind) ?? {});
  const last = new Set(["required", "path"]);
  const head = [choiceOf("kind", outputKinds(context.root), preset?.kind ?? undefined), choiceOf("preset", presets.filter((each) => !kind || each.kind === null || each.kind === kind).map((each) => each.name))];
  const own = fields.filter((field) => field.name !== "kind" && field.name !== "preset");
  const ordered = [...own.filter((field) => !last.has(field.name)), ...own.filter((field) => last.has(field.name))];
  return (
    <>
      <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
        <NameField name={name} context={context} editor={editor} />
        {preset && (
          <Box fontSize="sm" alignSelf="end" pb={2}>
            {preset.description}
          </Box>
        )}
      </SimpleGrid>
      <Fields context={context} path={path} fields={head} />
      <Fields context={context} path={path} fields={ordered} inherited={preset?.settings ?? {}} />
    </>
  );
}

const choiceOf = (name: string, options: string[], preset?: string): FormField => ({
  name, kind: "choice", help: "", unit: "", example: "", default: preset, options, labels: {}, isRequired: false, isNumeric: false, inner: undefined,
});

/** The name of an output, which changes when the person goes on. */
function NameField({ name, context, editor }: { name: string; context: FormContext; editor: Editor }) {
  const [written, setWritten] = useState(name);
  const rename = () => {
    if (written === name || written === "") return;
    if (editor.edit((text) => renameKey(text, ["outputs", name], written))) editor.choose(outputPart(written));
  };
  return (
    <TextInput
      id="editor-output-name"
      label={t("editorName")}
      value={written}
      readOnly={context.readOnly}
      onChange={setWritten}
      onDone={rename}
    />
  );
}
