import { Box, Button, HStack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import type { Preset } from "../../rest/trials";
import { titleOf } from "./schema";

/** The type of what is dragged from the palette to the canvas. */
export const PALETTE_TYPE = "application/x-media-output";

/** Kinds of outputs and their presets; a click or a drag to the canvas adds one. */
export function Palette({ kinds, presets, onAdd }: { kinds: string[]; presets: Preset[]; onAdd: (item: string) => void }) {
  const [open, setOpen] = useState<string>();
  return (
    <Box as="section" aria-label={t("editorPalette")}>
      <HStack wrap="wrap" gap={1}>
        <Text fontSize="sm" fontWeight="bold" mr={1}>
          {t("editorAdd")}
        </Text>
        {kinds.map((kind) => (
          <Item key={kind} item={`kind ${kind}`} label={titleOf(kind)} isOpen={kind === open} onClick={() => setOpen(kind === open ? undefined : kind)} />
        ))}
      </HStack>
      {open && (
        <HStack wrap="wrap" gap={1} mt={2} p={2} bg="bg.subtle" borderRadius="md">
          <Item item={`kind ${open}`} label={t("editorNoPreset")} onClick={() => onAdd(`kind ${open}`)} />
          {presets
            .filter(({ kind }) => kind === open)
            .map(({ name, description }) => (
              <Item key={name} item={`preset ${name}`} label={name} title={description} onClick={() => onAdd(`preset ${name}`)} />
            ))}
        </HStack>
      )}
    </Box>
  );
}

function Item(props: { item: string; label: string; title?: string; isOpen?: boolean; onClick: () => void }) {
  const { item, label, title, isOpen, onClick } = props;
  return (
    <Button
      size="xs"
      variant={isOpen ? "solid" : "outline"}
      draggable
      title={title}
      aria-expanded={isOpen}
      onDragStart={(event) => event.dataTransfer.setData(PALETTE_TYPE, item)}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
