import { Button, HStack, Text } from "@chakra-ui/react";

import { t } from "../../i18n";

interface Props {
  name: string;
  /** Names of all outputs, in their order. */
  names: string[];
  onMove: (name: string, by: -1 | 1) => void;
  onDuplicate: (name: string) => void;
  onDelete: (name: string) => void;
}

/** What is done with a whole output: moved among the others, copied, deleted. */
export function OutputActions({ name, names, onMove, onDuplicate, onDelete }: Props) {
  const index = names.indexOf(name);
  return (
    <HStack wrap="wrap">
      <Text fontSize="xs" aria-live="polite">
        {t("editorOrder", { number: index + 1, count: names.length })}
      </Text>
      <MoveButton label={t("editorMoveUp")} isEnd={index <= 0} onMove={() => onMove(name, -1)} />
      <MoveButton label={t("editorMoveDown")} isEnd={index >= names.length - 1} onMove={() => onMove(name, 1)} />
      <Button size="xs" variant="outline" onClick={() => onDuplicate(name)}>
        {t("editorDuplicate")}
      </Button>
      <Button size="xs" variant="outline" colorPalette="red" onClick={() => onDelete(name)}>
        {t("editorDelete")}
      </Button>
    </HStack>
  );
}

/** A button that is really disabled would lose the focus of the keyboard at the end of the way. */
const MoveButton = ({ label, isEnd, onMove }: { label: string; isEnd: boolean; onMove: () => void }) => (
  <Button size="xs" variant="outline" aria-disabled={isEnd} opacity={isEnd ? 0.5 : 1} onClick={() => !isEnd && onMove()}>
    {label}
  </Button>
);
