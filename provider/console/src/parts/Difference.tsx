import { Box, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { difference } from "./difference";

const LOOK = {
  "+": { bg: "green.subtle", color: "green.fg" },
  "-": { bg: "red.subtle", color: "red.fg" },
  " ": {},
  "@": { color: "fg.muted", mt: 2 },
} as const;

/** The lines in which two texts differ. */
export function Difference({ before, after }: { before: string; after: string }) {
  const lines = difference(before, after);
  if (lines.length === 0) return <Text>{t("editorSame")}</Text>;
  return (
    <Box as="section" aria-label={t("editorDifference")} tabIndex={0} overflow="auto" maxH="60vh" borderWidth="1px" borderRadius="md" p={2} fontFamily="mono" fontSize="sm">
      {lines.map(({ sign, text }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
        <Box key={index} whiteSpace="pre" px={1} {...LOOK[sign]}>
          {sign === "@" ? t("editorLine", { line: text }) : `${sign} ${text}`}
        </Box>
      ))}
    </Box>
  );
}
