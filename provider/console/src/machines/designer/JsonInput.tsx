import { Field, Textarea } from "@chakra-ui/react";

import { t } from "../../i18n";
import { isJson } from "./forms/Fields";

/** A text field for a value in JSON. */
export function JsonInput(props: { label: string; value: string; rows?: number; onChange: (value: string) => void }) {
  return (
    <Field.Root invalid={props.value.trim() !== "" && !isJson(props.value)}>
      <Field.Label fontSize="xs">{props.label}</Field.Label>
      <Textarea
        size="sm"
        fontFamily="mono"
        fontSize="xs"
        rows={props.rows ?? Math.min(Math.max(props.value.split("\n").length, 2), 10)}
        spellCheck={false}
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
      />
      <Field.ErrorText color="red.fg">{t("designerNoJson")}</Field.ErrorText>
    </Field.Root>
  );
}

/** The value of a JSON text; an empty one is an empty object. */
export const parsed = (text: string): unknown => (text.trim() === "" ? {} : (JSON.parse(text) as unknown));
