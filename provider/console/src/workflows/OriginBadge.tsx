import { Badge } from "@chakra-ui/react";

import { t } from "../i18n";
import type { DefinitionSummary } from "../rest/definitions";

/** Where a workflow comes from, and whether it runs. */
export function OriginBadge({ definition }: { definition: DefinitionSummary }) {
  if (definition.origin === "files") return <Badge>{t("editorOriginFiles")}</Badge>;
  if (definition.status === "draft") return <Badge colorPalette="orange">{t("editorOriginDraft")}</Badge>;
  if (definition.status === "disabled") return <Badge colorPalette="red">{t("editorOriginDisabled")}</Badge>;
  return <Badge colorPalette="green">{t("editorOriginStore")}</Badge>;
}
