import { Button, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { Difference } from "../parts/Difference";
import { moment } from "../parts/format";
import { Modal } from "../parts/Modal";
import { type DefinitionKind, useVersion } from "../rest/definitions";
import type { Conflict } from "./conflict";

interface Props {
  kind: DefinitionKind;
  name: string;
  conflict: Conflict;
  mine: string;
  onOverwrite: () => void;
  /** Takes the saved version, and loses the own changes. */
  onTake: () => void;
  onClose: () => void;
}

/** Says that somebody has saved a version meanwhile, compares it, and asks which one to keep. */
export function ConflictDialog({ kind, name, conflict, mine, onOverwrite, onTake, onClose }: Props) {
  const { data: theirs } = useVersion(kind, name, conflict.version);
  const values = { version: conflict.version, who: conflict.saved_by, when: moment(conflict.saved_at) };
  const buttons = (
    <>
      <Button variant="outline" onClick={onClose}>
        {t("editorGoOn")}
      </Button>
      <Button variant="outline" onClick={onTake}>
        {t("editorTheirs")}
      </Button>
      <Button colorPalette="red" onClick={onOverwrite}>
        {t("editorMine")}
      </Button>
    </>
  );
  return (
    <Modal title={t("editorConflict")} buttons={buttons} onClose={onClose}>
      <Text mb={2}>{t("editorConflictText", values)}</Text>
      {theirs ? <Difference before={theirs.text} after={mine} /> : <Busy />}
    </Modal>
  );
}
