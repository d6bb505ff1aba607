import { Box } from "@chakra-ui/react";

import { t } from "../i18n";
import type { WorkflowDocument } from "../rest/workflows";
import { BOX, draw, type DrawnBox } from "./drawing";

const LONGEST = 26; // letters that fit into a box

// Airflow's page sets the size of text in drawings, which only a style overrules.
const TITLE = { fontSize: "14px", fontWeight: "bold" };
const DETAIL = { fontSize: "12px" };

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** A workflow as a picture, from its source to its notifications. */
export function WorkflowDrawing({ document }: { document: WorkflowDocument }) {
  const titles = {
    source: t("source"),
    byHand: t("byHand"),
    split: t("split"),
    join: t("join"),
    destination: t("destination"),
    besideSource: t("besideSource"),
    notifications: t("notifications"),
  };
  const { boxes, lines, width, height } = draw(document, titles);
  return (
    <Box as="section" aria-label={document.name} tabIndex={0} overflow="auto" color="fg">
      <svg width={width + 2} height={height + 2} viewBox={`-1 -1 ${width + 2} ${height + 2}`} role="img" aria-label={document.name}>
        {lines.map(([from, to]) => (
          <path key={`${from.id}-${to.id}`} d={curve(from, to)} fill="none" stroke="currentColor" strokeOpacity={0.4} />
        ))}
        {boxes.map((box) => (
          <g key={box.id} data-box={box.id} transform={`translate(${box.x} ${box.y})`}>
            <title>{`${box.title} ${box.detail}`}</title>
            <rect width={BOX.width} height={BOX.height} rx={8} fill="var(--chakra-colors-bg-subtle)" stroke="currentColor" strokeOpacity={0.4} />
            <text x={12} y={box.detail ? 24 : 33} fill="currentColor" style={TITLE}>
              {shortened(box.title)}
            </text>
            <text x={12} y={43} fill="currentColor" style={DETAIL}>
              {shortened(box.detail)}
            </text>
          </g>
        ))}
      </svg>
    </Box>
  );
}

/** The line from the right side of a box to the left side of another. */
function curve(from: DrawnBox, to: DrawnBox): string {
  const start = { x: from.x + BOX.width, y: from.y + BOX.height / 2 };
  const end = { x: to.x, y: to.y + BOX.height / 2 };
  const middle = (start.x + end.x) / 2;
  return `M${start.x} ${start.y} C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`;
}
