import { Field, Input, NativeSelect, Text } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

import { t } from "../../i18n";

export interface Shown {
  label: string;
  /** The control's id in the page; one of its own where absent. */
  id?: string | undefined;
  help?: string;
  /** What is wrong with the value. */
  mistake?: string | undefined;
  isSet?: boolean;
}

/** A label above a control, help below it, and what is wrong. */
export function Labelled({ label, id, help, mistake, isSet, children }: Shown & { children: ReactNode }) {
  return (
    <Field.Root invalid={mistake !== undefined} gap={1} {...(id && { id })}>
      <Field.Label fontWeight={isSet ? "bold" : "normal"}>{label}</Field.Label>
      {children}
      {mistake && <Field.ErrorText color="red.fg">{mistake}</Field.ErrorText>}
      {help && (
        <Field.HelperText fontSize="xs" color="fg.muted">
          {help}
        </Field.HelperText>
      )}
    </Field.Root>
  );
}

interface TextProps extends Shown {
  value: string;
  placeholder?: string;
  readOnly: boolean;
  onChange: (written: string) => void;
  onDone?: () => void;
}

/** A line of text; while a person writes, it shows what was written and not what became of it. */
export function TextInput({ value, placeholder, readOnly, onChange, onDone, ...shown }: TextProps) {
  const [written, setWritten] = useState<string>();
  return (
    <Labelled {...shown}>
      <Input
        size="sm"
        value={written ?? value}
        placeholder={placeholder}
        readOnly={readOnly}
        onChange={({ target }) => {
          setWritten(target.value);
          onChange(target.value);
        }}
        onBlur={() => {
          setWritten(undefined);
          onDone?.();
        }}
        onKeyDown={({ key }) => key === "Enter" && onDone?.()}
      />
    </Labelled>
  );
}

interface SelectProps extends Shown {
  value: string;
  options: string[];
  labels?: Record<string, string>;
  none: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}

/** One of some words, or none of them. */
export function SelectInput({ value, options, labels = {}, none, readOnly, onChange, ...shown }: SelectProps) {
  const all = value === "" || options.includes(value) ? options : [...options, value];
  return (
    <Labelled {...shown}>
      <NativeSelect.Root size="sm" disabled={readOnly}>
        <NativeSelect.Field value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{none}</option>
          {all.map((option) => (
            <option key={option} value={option}>
              {labels[option] ?? option}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Labelled>
  );
}

/** Says what holds where nothing is written. */
export const defaultText = (value: unknown): string => {
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) return t("editorUnset");
  return t("editorDefault", { value: wordsOf(value) });
};

/** Writes a value for people: lists with commas, mappings as `name value`, one after the other. */
export function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(wordsOf).join(value.some((item) => typeof item === "object") ? "; " : ", ");
  if (typeof value !== "object") return String(value);
  const set = Object.entries(value).filter(([, field]) => field !== null);
  return set.map(([name, field]) => `${name.replaceAll("_", " ")} ${wordsOf(field)}`).join(", ");
}

export const Muted = ({ children }: { children: ReactNode }) => (
  <Text fontSize="xs" color="fg.muted">
    {children}
  </Text>
);
