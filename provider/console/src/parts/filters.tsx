import { Field, Input } from "@chakra-ui/react";
import { useEffect, useState } from "react";

const PAUSE = 300; // milliseconds after the last letter before the list is asked for

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** A filter by text, which asks once a person stops typing. */
export function TextFilter({ label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Field.Root w="auto">
      <Field.Label>{label}</Field.Label>
      <Input size="sm" type="search" value={typed} onChange={({ target }) => setTyped(target.value)} />
    </Field.Root>
  );
}

/** A filter by a moment, in the person's own time zone. */
export function MomentFilter({ label, value, onChange }: Props) {
  return (
    <Field.Root w="auto">
      <Field.Label>{label}</Field.Label>
      <Input
        size="sm"
        type="datetime-local"
        value={value && localTime(new Date(value))}
        onChange={({ target }) => onChange(target.value && new Date(target.value).toISOString())}
      />
    </Field.Root>
  );
}

/** Writes a moment as an input of type datetime-local holds it. */
function localTime(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, "2026-12-01T10:00".length);
}
