import { Button, Text } from "@chakra-ui/react";
import { useEffect } from "react";
import { useBlocker } from "react-router-dom";

import { t } from "../../i18n";
import { Modal } from "../../parts/Modal";

/** Asks before a page with changes is left. */
export function LeaveGuard({ isChanged }: { isChanged: () => boolean }) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isChanged());
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => isChanged() && event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isChanged]);
  if (blocker.state !== "blocked") return null;
  const buttons = (
    <>
      <Button size="sm" variant="outline" colorPalette="red" onClick={() => blocker.proceed()}>
        {t("editorLeave")}
      </Button>
      <Button size="sm" onClick={() => blocker.reset()}>
        {t("editorStay")}
      </Button>
    </>
  );
  return (
    <Modal title={t("editorUnsaved")} buttons={buttons} onClose={() => blocker.reset()}>
      <Text>{t("editorUnsavedText")}</Text>
    </Modal>
  );
}
