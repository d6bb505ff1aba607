import { Badge, Box } from "@chakra-ui/react";
import { type PointerEvent, useState } from "react";

import { t } from "../../i18n";

interface Props {
  left: string | undefined;
  right: string | undefined;
  leftName: string;
  rightName: string;
  isBusy: boolean;
}

/** Two pictures of one moment, one over the other; the divider is drawn by the pointer or by the keys of its slider. */
export function Split({ left, right, leftName, rightName, isBusy }: Props) {
  const [share, setShare] = useState(50);
  const drag = ({ buttons, clientX, currentTarget }: PointerEvent) => {
    if (buttons === 0) return;
    const { left: begin, width } = currentTarget.getBoundingClientRect();
    setShare(Math.min(Math.max((100 * (clientX - begin)) / width, 0), 100));
  };
  return (
    <Box maxW="860px" opacity={isBusy ? 0.6 : 1} aria-busy={isBusy}>
      <Box position="relative" bg="black" rounded="md" overflow="hidden" cursor="ew-resize" userSelect="none" style={{ touchAction: "pan-y" }} onPointerDown={drag} onPointerMove={drag}>
        {right ? <img src={right} alt={rightName} draggable={false} style={{ width: "100%", display: "block" }} /> : <Box aspectRatio={16 / 9} />}
        {left && (
          <img
            src={left}
            alt={leftName}
            draggable={false}
            style={{ position: "absolute", inset: 0, width: "100%", height: "100%", clipPath: `inset(0 ${100 - share}% 0 0)` }}
          />
        )}
        <Box position="absolute" top={0} bottom={0} w="2px" ml="-1px" bg="white" boxShadow="0 0 4px black" left={`${share}%`} pointerEvents="none" />
        <Badge position="absolute" top={2} left={2} bg="blackAlpha.800" color="white">
          {leftName}
        </Badge>
        <Badge position="absolute" top={2} right={2} bg="blackAlpha.800" color="white">
          {rightName}
        </Badge>
      </Box>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={share}
        aria-label={t("jobCompareDivider")}
        aria-valuetext={t("percentOf", { percent: Math.round(share), stage: leftName })}
        style={{ width: "100%" }}
        onChange={({ target }) => setShare(target.valueAsNumber)}
      />
    </Box>
  );
}
