import { Button, Dialog, Portal } from "@chakra-ui/react";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import { moment } from "../parts/format";
import { type DefinitionKind, useVersion } from "../rest/definitions";
import type { Conflict } from "./conflict";
import { TextDiff } from "./TextDiff";

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
  return (
    <Dialog.Root open size="xl" role="alertdialog" onOpenChange={({ open }) => !open && onClose()}>
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content data-console>
            <Dialog.Header>
              <Dialog.Title>{t("designerConflict", values)}</Dialog.Title>
            </Dialog.Header>
            <Dialog.Body>{theirs ? <TextDiff before={theirs.text} after={mine} /> : <Busy />}</Dialog.Body>
            <Dialog.Footer flexWrap="wrap">
              <Button variant="outline" onClick={onClose}>
                {t("designerGoOn")}
              </Button>
              <Button variant="outline" onClick={onTake}>
                {t("designerTakeTheirs")}
              </Button>
              <Button colorPalette="red" onClick={onOverwrite}>
                {t("designerSaveMine")}
              </Button>
            </Dialog.Footer>
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}
