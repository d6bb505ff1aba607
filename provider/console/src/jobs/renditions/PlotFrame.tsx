import { Box, HStack, Text } from "@chakra-ui/react";

import { clock } from "../../parts/format";
import { colourOf, dashOf } from "./lines";

export const WIDTH = 800;
export const HEIGHT = 160;

interface PlotFrameProps {
  /** What the upper edge and the lower edge stand for. */
  top: string;
  bottom?: string;
  /** Seconds from the left edge to the right edge. */
  duration: number;
  /** SVG path of each line, by a key of its own. */
  lines: Array<{ key: string; path: string }>;
}

/** Lines over time; readers of screens get the table beside it instead. */
export function PlotFrame({ top, bottom, duration, lines }: PlotFrameProps) {
  return (
    <Box aria-hidden="true" mb={2}>
      <Text fontSize="xs">{top}</Text>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" style={{ width: "100%", height: "160px", display: "block" }}>
        <Box asChild stroke="border.emphasized">
          <path d={`M0,0H${WIDTH}M0,${HEIGHT / 2}H${WIDTH}M0,${HEIGHT}H${WIDTH}`} vectorEffect="non-scaling-stroke" fill="none" />
        </Box>
        {lines.map(({ key, path }, index) => (
          <Box asChild key={key} stroke={colourOf(index)}>
            <path d={path} fill="none" strokeWidth="2" strokeDasharray={dashOf(index)} vectorEffect="non-scaling-stroke" />
          </Box>
        ))}
      </svg>
      <HStack justify="space-between" fontSize="xs">
        <span>{bottom ? `${bottom} · 0:00` : "0:00"}</span>
        <span>{clock(duration)}</span>
      </HStack>
    </Box>
  );
}
