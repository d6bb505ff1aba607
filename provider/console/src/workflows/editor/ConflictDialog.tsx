import { Button, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { t } from "../../i18n";
import { Busy } from "../../parts/Busy";
import { Difference } from "../../parts/Difference";
import { Failure } from "../../parts/Failure";
import { moment } from "../../parts/format";
import { Modal } from "../../parts/Modal";
import { type Definition, readDefinition } from "../../rest/definitions";

interface Props {
  name: string;
  mine: string;
  onClose: () => void;
  onMine: (version: number) => void;
  onTheirs: (theirs: Definition) => void;
}

/** Somebody has saved meanwhile: shows who and what, and lets the person choose. */
export function ConflictDialog({ name, mine, onClose, onMine, onTheirs }: Props) {
  const { data: theirs, error } = useQuery({ queryKey: ["definition conflict", name], queryFn: () => readDefinition("workflows", name), gcTime: 0, staleTime: 0 });
  const buttons = (
    <>
      <Button size="sm" variant="ghost" onClick={onClose}>
        {t("editorGoOn")}
      </Button>
      <Button size="sm" variant="outline" disabled={!theirs} onClick={() => theirs && onTheirs(theirs)}>
        {t("editorTheirs")}
      </Button>
      <Button size="sm" disabled={!theirs} onClick={() => theirs && onMine(theirs.version ?? 0)}>
        {t("editorMine")}
      </Button>
    </>
  );
  return (
    <Modal title={t("editorConflict")} buttons={buttons} onClose={onClose}>
      {error && <Failure error={error} />}
      {!theirs && !error && <Busy />}
      {theirs && (
        <>
          <Text mb={2}>{t("editorConflictText", { who: theirs.saved_by ?? "?", when: theirs.saved_at ? moment(theirs.saved_at) : "?", version: theirs.version })}</Text>
          <Difference before={theirs.text} after={mine} />
        </>
      )}
    </Modal>
  );
}
