import { type PropsWithChildren, useState } from "react";

/** A part of a page that is loaded when somebody unfolds it. */
export function Unfold({ title, children }: PropsWithChildren<{ title: string }>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary style={{ cursor: "pointer" }}>{title}</summary>
      {isOpen && children}
    </details>
  );
}
