import { Box, Text } from "@chakra-ui/react";
import { type PointerEvent, useState } from "react";

import { t } from "../../i18n";
import { clock } from "../../parts/format";
import { type Cell, cellAt } from "./sprite";

interface Props {
  time: number;
  duration: number;
  cells: Cell[];
  onSeek: (seconds: number) => void;
}

/** The bar of the time, with a small picture of the moment that is pointed at. */
export function SeekBar({ time, duration, cells, onSeek }: Props) {
  const [pointed, setPointed] = useState<number>();
  const point = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPointed(Math.min(Math.max((clientX - left) / width, 0), 1) * duration);
  };
  return (
    <Box position="relative" w="100%" lineHeight={0}>
      {pointed !== undefined && duration > 0 && <Preview seconds={pointed} share={pointed / duration} cell={cellAt(cells, pointed)} />}
      <input
        type="range"
        aria-label={t("playerSeek")}
        aria-valuetext={t("playerTime", { time: clock(time), duration: clock(duration) })}
        min={0}
        max={duration}
        step="any"
        value={time}
        style={{ width: "100%", position: "relative", accentColor: "white", cursor: "pointer", margin: 0 }}
        onChange={({ target }) => {
          onSeek(target.valueAsNumber);
          setPointed(target.valueAsNumber);
        }}
        onPointerMove={point}
        onPointerLeave={() => setPointed(undefined)}
        onBlur={() => setPointed(undefined)}
      />
    </Box>
  );
}

function Preview({ seconds, share, cell }: { seconds: number; share: number; cell: Cell | undefined }) {
  const half = (cell?.width ?? 40) / 2;
  return (
    <Box
      as="output"
      data-preview
      position="absolute"
      bottom="1.5rem"
      left={`clamp(${half}px, ${100 * share}%, calc(100% - ${half}px))`}
      transform="translateX(-50%)"
      textAlign="center"
      pointerEvents="none"
      zIndex={1}
    >
      {cell && (
        <Box
          w={`${cell.width}px`}
          h={`${cell.height}px`}
          rounded="sm"
          borderWidth="1px"
          borderColor="whiteAlpha.700"
          style={{ backgroundImage: `url(${JSON.stringify(cell.sheet)})`, backgroundPosition: `-${cell.x}px -${cell.y}px` }}
        />
      )}
      <Text as="span" display="inline-block" px={1} fontSize="xs" lineHeight="short" color="white" bg="blackAlpha.800" rounded="sm">
        {clock(Math.floor(seconds))}
      </Text>
    </Box>
  );
}
