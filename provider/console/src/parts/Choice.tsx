import { Field, NativeSelect } from "@chakra-ui/react";

import { t } from "../i18n";

interface Option {
  value: string;
  label: string;
}

/** A list to choose one value from, or any of them. */
export function Choice(props: { label: string; value: string; options: Option[]; any?: string | false; onChange: (value: string) => void }) {
  return (
    <Field.Root w="auto">
      <Field.Label>{props.label}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={props.value} onChange={({ target }) => props.onChange(target.value)}>
          {props.any !== false && <option value="">{props.any ?? t("anyValue")}</option>}
          {props.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}
