import { Box, Button, HStack, Text } from "@chakra-ui/react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";

import { t } from "../../i18n";
import type { Dragged } from "./dragging";
import type { Spot } from "./edits";
import { pictureOf, type PlacedScope } from "./layout";
import { LinkLine, LinkSpot } from "./CanvasLink";
import { CanvasState } from "./CanvasState";
import type { Machine, StateNode } from "./machineModel";

const ZOOM = { smallest: 0.3, largest: 1.5, step: 1.2 };

export interface CanvasProps {
  machine: Machine;
  selected: StateNode | undefined;
  readOnly: boolean;
  /** Status of each state in a run with mocks, by its name. */
  statuses: Record<string, string>;
  dragged: Dragged | undefined;
  /** Where the next state of the palette goes. */
  spot: Spot | undefined;
  onDrag: (dragged: Dragged | undefined) => void;
  onSelect: (id: string | undefined) => void;
  onSpot: (spot: Spot) => void;
  onDrop: (spot: Spot) => void;
  onConnect: (to: StateNode) => void;
  onDelete: (state: StateNode) => void;
}

/** The graph of a machine, in which states are put, connected, chosen and removed. */
export function Canvas(props: CanvasProps) {
  const { machine, onSelect } = props;
  const picture = useMemo(() => pictureOf(machine), [machine]);
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const scale = (factor: number) => setZoom((old) => Math.min(Math.max(old * factor, ZOOM.smallest), ZOOM.largest));
  const fit = () => {
    const { clientWidth = picture.width, clientHeight = picture.height } = frame.current ?? {};
    setZoom(Math.max(Math.min(clientWidth / picture.width, clientHeight / picture.height, 1), ZOOM.smallest));
  };
  const walk = (event: KeyboardEvent) => {
    const next = neighbour(props, event.key);
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    frame.current?.querySelector<HTMLElement>(`[data-name="${CSS.escape(next.name)}"]`)?.focus();
  };
  const places = { w: `${picture.width * zoom}px`, h: `${picture.height * zoom}px` };
  return (
    <Box position="relative" h="100%">
      <Box
        ref={frame}
        as="section"
        aria-label={t("designerCanvas")}
        tabIndex={0}
        h="100%"
        overflow="auto"
        bg="bg.subtle"
        borderWidth="1px"
        borderRadius="md"
        onKeyDown={walk}
        data-canvas
      >
        <Box {...places} mx="auto" position="relative">
          <Box transform={`scale(${zoom})`} transformOrigin="0 0" w={`${picture.width}px`} h={`${picture.height}px`} position="absolute">
            {picture.states
              .filter(({ isContainer }) => isContainer)
              .map((placed) => (
                <CanvasState key={placed.state.id} placed={placed} {...props} />
              ))}
            {picture.scopes.slice(1).map((placed) => (
              <ScopeBox key={placed.scope.path.join("/")} placed={placed} />
            ))}
            <Lines picture={picture} />
            {picture.states
              .filter(({ isContainer }) => !isContainer)
              .map((placed) => (
                <CanvasState key={placed.state.id} placed={placed} {...props} />
              ))}
            {picture.links.map((placed) => (
              <LinkSpot key={placed.link.field.join("/")} placed={placed} {...props} />
            ))}
          </Box>
        </Box>
      </Box>
      <HStack position="absolute" bottom={3} right={4} gap={1} bg="bg" borderRadius="md" borderWidth="1px" p={0.5}>
        <Button size="xs" variant="ghost" aria-label={t("designerSmaller")} onClick={() => scale(1 / ZOOM.step)}>
          −
        </Button>
        <Text fontSize="xs" minW="3em" textAlign="center">
          {Math.round(zoom * 100)} %
        </Text>
        <Button size="xs" variant="ghost" aria-label={t("designerLarger")} onClick={() => scale(ZOOM.step)}>
          +
        </Button>
        <Button size="xs" variant="ghost" onClick={fit}>
          {t("designerFit")}
        </Button>
      </HStack>
    </Box>
  );
}

function Lines({ picture }: { picture: ReturnType<typeof pictureOf> }) {
  return (
    <svg width={picture.width} height={picture.height} style={{ position: "absolute", pointerEvents: "none" }} aria-hidden>
      <defs>
        <marker id="designer-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0,0L8,4L0,8z" fill="var(--chakra-colors-fg-muted)" />
        </marker>
      </defs>
      {picture.links.map((placed) => (
        <LinkLine key={placed.link.field.join("/")} placed={placed} />
      ))}
      {picture.scopes.map(({ scope, start, end }) => (
        <g key={scope.path.join("/")} stroke="var(--chakra-colors-fg-muted)">
          <circle cx={start.x} cy={start.y} r={8} fill="var(--chakra-colors-fg-muted)" />
          {end && <circle cx={end.x} cy={end.y} r={8} fill="var(--chakra-colors-bg)" strokeWidth={3} />}
        </g>
      ))}
    </svg>
  );
}

function ScopeBox({ placed: { x, y, width, height } }: { placed: PlacedScope }) {
  const place = { left: `${x}px`, top: `${y}px`, w: `${width}px`, h: `${height}px` };
  return <Box position="absolute" {...place} borderWidth="1px" borderStyle="dashed" borderRadius="md" bg="bg.subtle" />;
}

/** The state that an arrow key leads to. */
function neighbour({ machine, selected }: CanvasProps, key: string): StateNode | undefined {
  if (!selected || (key !== "ArrowDown" && key !== "ArrowUp")) return undefined;
  const open = [machine.top];
  for (let scope = open.pop(); scope; scope = open.pop()) {
    open.push(...scope.states.flatMap(({ scopes }) => scopes));
    if (!scope.states.includes(selected)) continue;
    const { states, links } = scope;
    const link = key === "ArrowDown" ? links.find(({ from }) => from === selected.name) : links.find(({ to }) => to === selected.name);
    const name = key === "ArrowDown" ? link?.to : link?.from;
    return states.find((each) => each.name === name);
  }
  return undefined;
}
