import { Alert } from "@chakra-ui/react";

import { t } from "../i18n";
import { Loaded } from "../parts/Loaded";
import { type Diagnostic, useCheck, useDefinition } from "../rest/definitions";
import { readDraft } from "./draft";
import { WorkflowDrawing } from "./WorkflowDrawing";

/** A saved workflow that does not run, drawn as far as its text can be read. */
export default function DraftDrawing({ name }: { name: string }) {
  return (
    <Loaded of={useDefinition("workflows", name)}>
      {({ text }) => {
        const document = readDraft(name, text);
        return document ? <WorkflowDrawing document={document} /> : <Unreadable name={name} text={text} />;
      }}
    </Loaded>
  );
}

/** Says why nothing is drawn. */
function Unreadable({ name, text }: { name: string; text: string }) {
  return (
    <Loaded of={useCheck("workflows", text, name)}>
      {({ diagnostics }) => (
        <Alert.Root status="warning" role="alert" my={2}>
          <Alert.Indicator />
          <Alert.Content>
            <Alert.Title>{t("workflowUnreadable")}</Alert.Title>
            <Alert.Description>{reasonOf(diagnostics)}</Alert.Description>
          </Alert.Content>
        </Alert.Root>
      )}
    </Loaded>
  );
}

function reasonOf(diagnostics: readonly Diagnostic[]): string {
  const mistake = diagnostics.find(({ severity }) => severity === "error");
  if (!mistake) return "";
  const place = mistake.line === null ? "" : `${t("editorLine", { line: mistake.line })}:`;
  return [place, mistake.message, mistake.hint].filter(Boolean).join(" ");
}
