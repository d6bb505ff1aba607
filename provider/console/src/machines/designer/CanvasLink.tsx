import { Button, Text, VStack } from "@chakra-ui/react";

import { t } from "../../i18n";
import type { CanvasProps } from "./Canvas";
import { fits, target } from "./dragging";
import { curve, type PlacedLink } from "./layout";
import { idOf } from "./machineModel";

/** The line of a link. */
export function LinkLine({ placed: { link, points } }: { placed: PlacedLink }) {
  const isCatch = link.kind === "catch";
  const colour = isCatch ? "var(--chakra-colors-red-solid)" : "var(--chakra-colors-fg-muted)";
  return (
    <path
      d={curve(points)}
      fill="none"
      stroke={colour}
      strokeWidth={1.5}
      strokeDasharray={isCatch ? "5 4" : undefined}
      markerEnd="url(#designer-tip)"
    />
  );
}

/** The text of a link, and the place to put a state there. */
export function LinkSpot({ placed: { link, middle }, readOnly, dragged, spot, onSpot, onDrop }: CanvasProps & { placed: PlacedLink }) {
  const here = { kind: "link", link } as const;
  const isOpen = fits(dragged, here);
  const isChosen = spot?.kind === "link" && idOf(spot.link.field) === idOf(link.field);
  const names = { from: link.from ?? t("designerStart"), to: link.to ?? t("designerEnd") };
  return (
    <VStack
      position="absolute"
      left={`${middle.x}px`}
      top={`${middle.y}px`}
      transform="translate(-50%, -50%)"
      gap={0}
      zIndex={isOpen ? 2 : 1}
      flexDirection="row"
    >
      {link.label && <LinkText text={link.label} isCatch={link.kind === "catch"} />}
      {!readOnly && (
        <Button
          size="2xs"
          minW={isOpen ? "34px" : "20px"}
          h={isOpen ? "34px" : "20px"}
          p={0}
          borderRadius="full"
          variant={isChosen || isOpen ? "solid" : "outline"}
          colorPalette={isChosen || isOpen ? "blue" : "gray"}
          bg={isChosen || isOpen ? undefined : "bg"}
          aria-label={t("designerInsertBetween", names)}
          aria-pressed={isChosen}
          title={t("designerInsertBetween", names)}
          data-spot={`${link.kind} ${names.from} ${names.to}`}
          onClick={() => onSpot(here)}
          {...target(isOpen, () => onDrop(here))}
        >
          +
        </Button>
      )}
    </VStack>
  );
}

function LinkText({ text, isCatch }: { text: string; isCatch: boolean }) {
  return (
    <Text
      fontSize="11px"
      maxW="130px"
      truncate
      title={text}
      px={1}
      bg="bg.subtle"
      borderRadius="sm"
      color={isCatch ? "red.fg" : "fg.muted"}
    >
      {text}
    </Text>
  );
}
