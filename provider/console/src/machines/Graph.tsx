import { Box } from "@chakra-ui/react";
import { type MouseEvent, useMemo } from "react";

interface Props {
  /** The graph as SVG, drawn by the server, which escapes every text in it. */
  picture: string;
  label: string;
  onChoose?: (state: string) => void;
}

/** The graph of a state machine; a click on a state chooses it. */
export function Graph({ picture, label, onChoose }: Props) {
  const source = useMemo(() => ({ __html: picture }), [picture]);
  const choose = ({ target }: MouseEvent) => {
    const state = (target as Element).closest("[data-state]")?.getAttribute("data-state");
    if (state) onChoose?.(state);
  };
  return (
    <Box
      as="section"
      aria-label={label}
      tabIndex={0}
      overflow="auto"
      maxH="75vh"
      bg="white"
      borderRadius="md"
      css={{ "& svg": { maxWidth: "100%", height: "auto" }, "& [data-state]": { cursor: onChoose ? "pointer" : "auto" } }}
      onClick={choose}
      dangerouslySetInnerHTML={source}
    />
  );
}
