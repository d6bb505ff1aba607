import { Box } from "@chakra-ui/react";
import { diffLines } from "diff";
import { useMemo } from "react";

import { t } from "../i18n";

const CONTEXT = 3;

/** The lines in which two texts differ, with some lines around them. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => diffLines(before, after), [before, after]);
  if (before === after) return <p>{t("designerSame")}</p>;
  return (
    <Box as="pre" tabIndex={0} fontSize="xs" overflow="auto" maxH="55vh" borderWidth="1px" borderRadius="md" p={2}>
      {parts.map(({ added, removed, value }, index) => {
        const isOther = !added && !removed;
        const palette = added ? "green" : "red";
        return (
          <Box
            as={added ? "ins" : removed ? "del" : "span"}
            // The parts of a comparison have no other name than their place.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            display="block"
            textDecoration="none"
            {...(!isOther && { bg: `${palette}.subtle`, color: `${palette}.fg` })}
          >
            {prefixed(isOther ? folded(value) : value, added ? "+ " : removed ? "- " : "  ")}
          </Box>
        );
      })}
    </Box>
  );
}

const prefixed = (text: string, mark: string): string => text.replace(/\n$/, "").split("\n").map((line) => mark + line).join("\n");

function folded(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  if (lines.length <= 2 * CONTEXT + 1) return text;
  return [...lines.slice(0, CONTEXT), "…", ...lines.slice(-CONTEXT)].join("\n");
}
