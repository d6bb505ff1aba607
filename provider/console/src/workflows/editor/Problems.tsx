import { Box, Button, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import type { Diagnostic } from "../../rest/definitions";
import type { Editor } from "./useEditor";

/** All that the check says; a click leads to the place in the text. */
export function Problems({ diagnostics, editor }: { diagnostics: Diagnostic[]; editor: Editor }) {
  const goTo = ({ line, column }: Diagnostic) => {
    const before = editor.text.split("\n").slice(0, (line ?? 1) - 1);
    const start = before.reduce((sum, each) => sum + each.length + 1, 0);
    editor.yaml.current?.reveal(start + (column ?? 1) - 1, true);
  };
  return (
    <Box as="section" aria-label={t("editorProblems")} aria-live="polite" data-testid="problems" maxH="180px" overflow="auto" tabIndex={0}>
      {diagnostics.length === 0 && (
        <Text fontSize="sm" color="green.fg">
          {t("editorNoProblems")}
        </Text>
      )}
      {diagnostics.map((each) => (
        <Button
          key={`${each.line} ${each.column} ${each.message}`}
          variant="ghost"
          size="xs"
          w="100%"
          h="auto"
          py={1}
          justifyContent="start"
          textAlign="left"
          whiteSpace="normal"
          color={each.severity === "error" ? "red.fg" : "orange.fg"}
          onClick={() => goTo(each)}
        >
          {t("editorPlace", { line: each.line ?? "–", column: each.column ?? "–" })} {each.message} {each.hint}
        </Button>
      ))}
    </Box>
  );
}
