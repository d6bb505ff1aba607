import { Badge, Box, Button, HStack, Text, VStack } from "@chakra-ui/react";

import { t } from "../../i18n";
import { ErrorText } from "../../parts/ErrorText";
import { RestError } from "../../rest/client";
import type { Diagnostic } from "../../rest/definitions";

interface Props {
  diagnostics: Diagnostic[];
  error: Error | null;
  onChoose: (path: Diagnostic["path"]) => void;
}

const NOT_FOUND = 404;

/** The mistakes of the definition; each leads to its state. */
export function DiagnosticList({ diagnostics, error, onChoose }: Props) {
  const isWithoutStore = error instanceof RestError && error.status === NOT_FOUND;
  if (error && !isWithoutStore) return <CheckFailure error={error} />;
  if (diagnostics.length === 0) return <Text color="fg.muted">{error ? "" : t("designerNoMistakes")}</Text>;
  return (
    <Box as="section" aria-label={t("designerMistakes")} tabIndex={0} maxH="12rem" overflow="auto" borderWidth="1px" borderRadius="md" p={2}>
      <VStack align="stretch" gap={1}>
        {diagnostics.map(({ severity, code, message, hint, path, line, column }) => (
          <HStack key={`${path.join("/")} ${code} ${message}`} gap={2} align="start">
            <Badge colorPalette={severity === "error" ? "red" : "orange"}>{t(severity === "error" ? "designerError" : "designerWarning")}</Badge>
            <Button size="2xs" variant="plain" h="auto" p={0} onClick={() => onChoose(path)}>
              {line}:{column}
            </Button>
            <Text fontSize="sm">
              {message} {hint}
            </Text>
          </HStack>
        ))}
      </VStack>
    </Box>
  );
}

const CheckFailure = ({ error }: { error: Error }) => (
  <Text color="red.fg">
    <ErrorText code={error instanceof RestError ? error.code : ""} message={error.message} />
  </Text>
);
