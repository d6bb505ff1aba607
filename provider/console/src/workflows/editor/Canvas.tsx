import { Box } from "@chakra-ui/react";
import { type DragEvent, type KeyboardEvent, useRef } from "react";

import { t } from "../../i18n";
import type { Diagnostic } from "../../rest/definitions";
import type { Preset } from "../../rest/trials";
import type { DrawnBox } from "../drawing";
import { drawEditor, type EditorDrawing, neighbour, SIZE } from "./canvas";
import { diagnosticsOf, outputName, type Part } from "./parts";
import { PALETTE_TYPE } from "./Palette";
import type { Fields } from "./source";

interface Props {
  value: Fields;
  presets: Preset[];
  diagnostics: Diagnostic[];
  chosen: Part;
  readOnly: boolean;
  onChoose: (part: Part) => void;
  onDelete: (name: string) => void;
  onDuplicate: (name: string) => void;
  onRename: (name: string) => void;
  onAdd: (item: string) => void;
}

const LONGEST = 22; // letters that fit into a box
const COLOURS: Record<string, string> = { transcode: "blue", ladder: "purple", snapshots: "teal", sampled_snapshots: "teal", animated_image: "pink", sprites: "orange", waveform: "green" };

// Airflow's page sets the size of text in drawings, which only a style overrules.
const TITLE = { fontSize: "13px", fontWeight: "bold" };
const DETAIL = { fontSize: "11px" };

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
const colour = (name: string): string => `var(--chakra-colors-${name})`;

/** The workflow as boxes from its source to its notifications; a box is chosen, deleted, copied and renamed, by keys too. */
export function Canvas(props: Props) {
  const { value, presets, diagnostics, chosen, readOnly, onChoose, onAdd } = props;
  const svg = useRef<SVGSVGElement>(null);
  const titles = {
    source: t("source"), byHand: t("byHand"), destination: t("destination"), besideSource: t("besideSource"), notifications: t("notifications"), none: t("editorNone"),
  };
  const { boxes, lines, width, height } = drawEditor(value, presets, titles);
  const reachable = boxes.some(({ id }) => id === chosen) ? chosen : "source";
  const goTo = (part: Part) => {
    onChoose(part);
    svg.current?.querySelector<SVGGElement>(`[data-box="${CSS.escape(part)}"]`)?.focus();
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const item = event.dataTransfer.getData(PALETTE_TYPE);
    if (item && !readOnly) onAdd(item);
  };
  return (
    <Box as="section" aria-label={t("editorCanvas")} data-testid="canvas" overflow="auto" maxH="44vh" color="fg" borderWidth="1px" borderRadius="md" p={3} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- boxes of a drawing are no elements of HTML */}
      <svg ref={svg} width={width + 4} height={height + 4} viewBox={`-2 -2 ${width + 4} ${height + 4}`} role="group" aria-label={t("editorCanvas")} style={{ display: "block" }}>
        {lines.map(([from, to]) => (
          <path key={`${from.id}-${to.id}`} d={curve(from, to)} fill="none" stroke="currentColor" strokeOpacity={0.35} strokeWidth={1.5} />
        ))}
        {boxes.map((box) => (
          <CanvasBox
            key={box.id}
            box={box}
            isChosen={box.id === chosen}
            isReachable={box.id === reachable}
            mistakes={diagnosticsOf(box.id, diagnostics).filter(({ severity }) => severity === "error").length}
            onChoose={onChoose}
            onKeyDown={(event) => handleKey(event, box, boxes, props, goTo)}
          />
        ))}
      </svg>
    </Box>
  );
}

interface BoxProps {
  box: EditorDrawing["boxes"][number];
  isChosen: boolean;
  isReachable: boolean;
  mistakes: number;
  onChoose: (part: Part) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function CanvasBox({ box, isChosen, isReachable, mistakes, onChoose, onKeyDown }: BoxProps) {
  // The name of a button begins with what is written on it.
  const label = [shortened(box.title), shortened(box.detail), mistakes > 0 ? t("editorMistakes", { count: mistakes }) : ""].filter(Boolean).join(" ");
  const edge = mistakes > 0 ? colour("red-solid") : "currentColor";
  return (
    <g
      data-box={box.id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a box of a drawing is no element of HTML
      role="button"
      tabIndex={isReachable ? 0 : -1}
      aria-pressed={isChosen}
      aria-label={label}
      transform={`translate(${box.x} ${box.y})`}
      style={{ cursor: "pointer" }}
      onClick={() => onChoose(box.id)}
      onKeyDown={onKeyDown}
    >
      <title>{`${box.title} ${box.detail}`}</title>
      <rect
        width={SIZE.width}
        height={SIZE.height}
        rx={8}
        fill={isChosen ? colour("blue-subtle") : colour("bg-subtle")}
        stroke={isChosen && mistakes === 0 ? colour("blue-solid") : edge}
        strokeOpacity={isChosen || mistakes > 0 ? 1 : 0.35}
        strokeWidth={isChosen || mistakes > 0 ? 2 : 1}
      />
      {box.kind && <rect x={5} y={8} width={4} height={SIZE.height - 16} rx={2} fill={colour(`${COLOURS[box.kind] ?? "gray"}-solid`)} />}
      <text x={15} y={18} fill="currentColor" style={TITLE}>
        {`${shortened(box.title)} `}
      </text>
      <text x={15} y={33} fill="currentColor" style={DETAIL}>
        {shortened(box.detail)}
      </text>
    </g>
  );
}

function handleKey(event: KeyboardEvent, box: DrawnBox & { id: Part }, boxes: EditorDrawing["boxes"], props: Props, goTo: (part: Part) => void) {
  const name = outputName(box.id);
  const next = neighbour(boxes, box.id, event.key);
  const beside = neighbour(boxes, box.id, "ArrowDown") ?? neighbour(boxes, box.id, "ArrowUp") ?? "source";
  const isCopy = event.key === "d" && (event.ctrlKey || event.metaKey);
  if (next) goTo(next);
  else if (event.key === "Enter" || event.key === " ") props.onChoose(box.id);
  else if (name === undefined || props.readOnly) return;
  else if (event.key === "Delete" || event.key === "Backspace") {
    props.onDelete(name);
    goTo(beside);
  } else if (event.key === "F2") props.onRename(name);
  else if (isCopy) props.onDuplicate(name);
  else return;
  event.preventDefault();
}

/** The line from the right side of a box to the left side of another. */
function curve(from: DrawnBox, to: DrawnBox): string {
  const start = { x: from.x + SIZE.width, y: from.y + SIZE.height / 2 };
  const end = { x: to.x, y: to.y + SIZE.height / 2 };
  const middle = (start.x + end.x) / 2;
  return `M${start.x} ${start.y} C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`;
}
