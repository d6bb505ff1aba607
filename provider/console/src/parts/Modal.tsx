import { Heading, HStack } from "@chakra-ui/react";
import { type CSSProperties, type PropsWithChildren, type ReactNode, useEffect, useId, useRef } from "react";

const LOOK: CSSProperties = {
  background: "var(--chakra-colors-bg-panel)",
  color: "var(--chakra-colors-fg)",
  border: "1px solid var(--chakra-colors-border)",
  borderRadius: "12px",
  boxShadow: "0 12px 48px rgb(0 0 0 / 40%)",
  padding: "20px",
  margin: "auto",
  width: "min(860px, 94vw)",
  maxHeight: "90vh",
};

/** A question above the page, which takes the focus until it is answered; Escape closes it. */
export function Modal({ title, buttons, onClose, children }: PropsWithChildren<{ title: string; buttons: ReactNode; onClose: () => void }>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      style={LOOK}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <Heading as="h2" size="md" id={id} mb={3}>
        {title}
      </Heading>
      {children}
      <HStack mt={4} justify="end" wrap="wrap">
        {buttons}
      </HStack>
    </dialog>
  );
}
