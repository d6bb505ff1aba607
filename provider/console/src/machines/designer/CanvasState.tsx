import { Box, Button, HStack, Text } from "@chakra-ui/react";
import type { KeyboardEvent } from "react";

import { t } from "../../i18n";
import { StatusBadge } from "../StatusBadge";
import type { CanvasProps } from "./Canvas";
import { fits, reaches, source, target } from "./dragging";
import type { Spot } from "./edits";
import { HEADER, type PlacedState } from "./layout";
import { isTerminal, type StateNode } from "./machineModel";
import { kindOf } from "./svg";

const PALETTES: Record<string, string> = { Succeed: "green", Fail: "red", Choice: "orange", Wait: "yellow", Parallel: "purple", Map: "purple" };
const CATCHES = ["Task", "Parallel", "Map"];

const paletteOf = ({ Type, Resource }: Record<string, unknown>): string => {
  if (Type === "Task") return String(Resource).startsWith("media:") ? "blue" : "teal";
  return PALETTES[String(Type)] ?? "gray";
};

/** The places at the end of new links of a state. */
function spotsOf(state: StateNode): Array<Exclude<Spot, { kind: "link" }>> {
  const type = String(state.value.Type);
  return [
    ...(type === "Choice" ? [{ kind: "rule", state } as const] : []),
    ...(type === "Parallel" ? [{ kind: "branch", state } as const] : []),
    ...(CATCHES.includes(type) ? [{ kind: "catch", state } as const] : []),
  ];
}

/** One state as a box, with its places for other states and the ends of its links. */
export function CanvasState(props: CanvasProps & { placed: PlacedState }) {
  const { placed, selected, statuses, dragged, readOnly } = props;
  const { state, x, y, width, height, isContainer } = placed;
  const isSelected = selected?.id === state.id;
  const isOpen = reaches(dragged, state);
  const place = { left: `${x}px`, top: `${y}px`, w: `${width}px`, h: `${height}px` };
  return (
    <Box
      position="absolute"
      {...place}
      bg="bg"
      borderWidth="1px"
      borderRadius="md"
      colorPalette={paletteOf(state.value)}
      borderColor={isSelected ? "blue.focusRing" : isOpen ? "green.solid" : "border.emphasized"}
      outline={isSelected || isOpen ? "2px solid" : undefined}
      outlineColor={isOpen ? "green.solid" : "blue.focusRing"}
      borderLeftWidth="5px"
      borderLeftColor="colorPalette.solid"
      boxShadow="xs"
      css={{ "& [data-exits]": { opacity: isSelected ? 1 : 0 }, "&:hover [data-exits], &:focus-within [data-exits]": { opacity: 1 } }}
      {...target(isOpen, () => props.onConnect(state))}
      {...(readOnly ? {} : source({ kind: "state", state }, props.onDrag))}
    >
      <Title {...props} height={isContainer ? HEADER : height} />
      {statuses[state.name] && (
        <Box position="absolute" top="-10px" right="6px">
          <StatusBadge status={statuses[state.name] ?? ""} />
        </Box>
      )}
      {!readOnly && <Exits {...props} />}
    </Box>
  );
}

function Title({ placed: { state }, selected, height, readOnly, onSelect, onDelete }: CanvasProps & { placed: PlacedState; height: number }) {
  const press = (event: KeyboardEvent) => {
    if (readOnly || (event.key !== "Delete" && event.key !== "Backspace")) return;
    event.preventDefault();
    onDelete(state);
  };
  return (
    <Box
      asChild
      display="block"
      w="100%"
      h={`${height}px`}
      px={2}
      textAlign="left"
      cursor="pointer"
      lineHeight="1.3"
      aria-pressed={selected?.id === state.id}
      data-name={state.name}
      onClick={() => onSelect(state.id)}
      onKeyDown={press}
    >
      <button type="button">
        <Text as="span" display="block" fontSize="sm" fontWeight="medium" truncate title={state.name}>
          {state.name}
        </Text>
        <Text as="span" display="block" fontSize="11px" color="fg.muted" truncate>
          {kindOf(state.value)}
        </Text>
      </button>
    </Box>
  );
}

function Exits({ placed: { state }, dragged, spot, onDrag, onSpot, onDrop }: CanvasProps & { placed: PlacedState }) {
  const isDragging = dragged?.kind === "item";
  const words = { rule: t("designerRule"), branch: t("designerBranch"), catch: t("designerCatch") };
  return (
    <HStack position="absolute" bottom="-11px" right="4px" gap={1} zIndex={2}>
      {spotsOf(state).map((here) => {
        const isChosen = spot?.kind === here.kind && spot.state.id === state.id;
        return (
          <Button
            key={here.kind}
            data-exits={isDragging || isChosen ? undefined : true}
            data-spot={`${here.kind} ${state.name}`}
            size="2xs"
            h="20px"
            px={1.5}
            variant={isChosen || isDragging ? "solid" : "outline"}
            colorPalette={here.kind === "catch" ? "red" : "blue"}
            bg={isChosen || isDragging ? undefined : "bg"}
            aria-label={t("designerAddTo", { what: words[here.kind], name: state.name })}
            onClick={() => onSpot(here)}
            {...(here.kind === "catch" ? source({ kind: "catch", state }, onDrag) : {})}
            {...target(fits(dragged, here), () => onDrop(here))}
          >
            + {words[here.kind]}
          </Button>
        );
      })}
      {!isTerminal(state.value.Type) && (
        <Box
          data-exits
          data-connect={state.name}
          title={t("designerConnect")}
          w="16px"
          h="16px"
          borderRadius="full"
          bg="blue.solid"
          cursor="crosshair"
          {...source({ kind: "next", state }, onDrag)}
        />
      )}
    </HStack>
  );
}
