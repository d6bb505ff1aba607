import { Field, Heading, HStack, Input, Text } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { OriginBadge } from "../../definitions/DefinitionBadge";
import { t } from "../../i18n";
import { ROOT } from "../../parts/root";
import type { Definition } from "../../rest/definitions";

/** The name of the machine, and where it comes from; the name of a new one can be written. */
export function WorkbenchTitle({ saved, name, isChanged, onName }: { saved: Definition | undefined; name: string; isChanged: boolean; onName: (name: string) => void }) {
  if (!saved)
    return (
      <HStack wrap="wrap" gap={4} align="end">
        <Heading as="h2" size="lg">
          {t("designerNew")}
        </Heading>
        <Field.Root w="16rem" required>
          <Field.Label fontSize="xs">{t("designerName")}</Field.Label>
          <Input size="sm" pattern="[A-Za-z0-9_\-]+" maxLength={80} value={name} onChange={({ target }) => onName(target.value)} />
        </Field.Root>
      </HStack>
    );
  const page = `${ROOT}/machines/${encodeURIComponent(saved.name)}`;
  return (
    <HStack wrap="wrap" gap={3}>
      <Heading as="h2" size="lg">
        {saved.name}
      </Heading>
      <OriginBadge definition={saved} />
      {isChanged && <Text color="fg.muted">{t("designerChanged")}</Text>}
      <NavLink to={page}>{t("executions")}</NavLink>
      <NavLink to={`${ROOT}/machines/new?from=${encodeURIComponent(saved.name)}`}>{t("designerCopy")}</NavLink>
      {saved.origin === "store" && <NavLink to={`${page}/versions`}>{t("editorVersions")}</NavLink>}
    </HStack>
  );
}
