import { Badge } from "@chakra-ui/react";

import { t } from "../i18n";
import type { DefinitionStatus, DefinitionSummary } from "../rest/definitions";

const LOOKS = {
  published: { palette: "green", text: "editorOriginStore" },
  draft: { palette: "orange", text: "editorOriginDraft" },
  disabled: { palette: "gray", text: "editorOriginDisabled" },
} as const;

/** Whether a version of a definition is published, a draft or disabled. */
export function DefinitionBadge({ status }: { status: DefinitionStatus }) {
  const { palette, text } = LOOKS[status];
  return (
    <Badge colorPalette={palette} variant="surface">
      {t(text)}
    </Badge>
  );
}

/** Where a definition comes from: a file of the project, or the console. */
export function OriginBadge({ definition }: { definition: DefinitionSummary }) {
  if (definition.origin === "store") return <DefinitionBadge status={definition.status} />;
  return <Badge variant="surface">{t("editorOriginFiles")}</Badge>;
}
