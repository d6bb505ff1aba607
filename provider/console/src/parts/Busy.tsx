import { HStack, Spinner, Text } from "@chakra-ui/react";

import { t } from "../i18n";

/** Shown while a page loads. */
export function Busy() {
  return (
    <HStack as="output">
      <Spinner size="sm" />
      <Text>{t("busy")}</Text>
    </HStack>
  );
}
