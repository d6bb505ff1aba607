import { Box, Button, Heading, Input, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { type Dragged, source } from "./dragging";
import { canInsert, type Spot } from "./edits";
import { PALETTE, type PaletteItem } from "./stateKinds";

interface Props {
  spot: Spot | undefined;
  onDrag: (dragged: Dragged | undefined) => void;
  onInsert: (item: PaletteItem) => void;
}

/** All kinds of states: one is dragged into the graph, or put at the chosen place by a click. */
export function Palette({ spot, onDrag, onInsert }: Props) {
  const [wanted, setWanted] = useState("");
  const isWanted = ({ name, resource = "" }: PaletteItem) => `${name} ${resource}`.toLowerCase().includes(wanted.toLowerCase());
  return (
    <VStack as="section" aria-label={t("designerPalette")} align="stretch" gap={2} h="100%" minH={0}>
      <Input
        id="designer-search"
        size="sm"
        placeholder={t("designerSearch")}
        aria-label={t("designerSearch")}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
      <Text fontSize="xs" color="fg.muted" aria-live="polite">
        {wordsOf(spot)}
      </Text>
      <Box overflow="auto" flex={1} minH={0}>
        {PALETTE.map(({ title, items }) => {
          const shown = items.filter(isWanted);
          if (shown.length === 0) return null;
          return (
            <Box key={title} mb={3}>
              <Heading as="h3" size="xs" mb={1}>
                {t(title)}
              </Heading>
              <VStack align="stretch" gap={1}>
                {shown.map((item) => (
                  <Button
                    key={item.name}
                    size="xs"
                    variant="outline"
                    justifyContent="flex-start"
                    cursor="grab"
                    title={item.resource}
                    data-item={item.name}
                    disabled={spot !== undefined && !canInsert(item.type, spot)}
                    onClick={() => onInsert(item)}
                    {...source({ kind: "item", item }, onDrag)}
                  >
                    {item.name}
                  </Button>
                ))}
              </VStack>
            </Box>
          );
        })}
      </Box>
    </VStack>
  );
}

function wordsOf(spot: Spot | undefined): string {
  if (!spot) return t("designerDragHint");
  if (spot.kind !== "link") return t("designerGoesTo", { place: spot.state.name });
  return t("designerGoesTo", { place: `${spot.link.from ?? t("designerStart")} → ${spot.link.to ?? t("designerEnd")}` });
}
