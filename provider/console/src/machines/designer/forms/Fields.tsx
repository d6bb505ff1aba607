import { Field, Input, NativeSelect, Textarea } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../../i18n";
import { type Path, put, remove, treeOf, written, Written } from "../jsonText";
import { type FieldSpec, valueOf } from "./stateFields";

/** What all forms need: the text, and how it is changed. */
export interface Form {
  text: string;
  readOnly: boolean;
  /** Changes the text; changes of the same field in a row are undone together. */
  change: (text: string, group: string) => void;
}

interface Props extends Form {
  path: Path;
  spec: FieldSpec;
  options?: readonly string[];
}

const EMPTY = "";

/** One field of a state. An empty one is not in the definition. */
export function StateField(props: Props) {
  return props.spec.kind === "json" ? <JsonField {...props} /> : <TextField {...props} />;
}

function TextField({ text, readOnly, change, path, spec, options }: Props) {
  const found = written(text, path);
  const parsed: unknown = found === undefined ? EMPTY : JSON.parse(found);
  const shown = typeof parsed === "string" ? parsed : (found ?? EMPTY);
  const set = (value: string) => {
    const wanted = valueOf(spec.kind, value);
    change(wanted === undefined ? remove(text, path) : put(text, path, wanted), path.join("/"));
  };
  const list = options && `designer-${path.join("-").replaceAll(/\W/g, "-")}`;
  return (
    <Field.Root readOnly={readOnly}>
      <Field.Label fontSize="xs">{spec.name}</Field.Label>
      <Input size="sm" fontFamily="mono" value={shown} list={list} autoComplete="off" onChange={({ target }) => set(target.value)} />
      {options && (
        <datalist id={list}>
          {options.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
      )}
    </Field.Root>
  );
}

function JsonField({ text, readOnly, change, path, spec }: Props) {
  const found = written(text, path) ?? EMPTY;
  // What is typed stays as it is until the field is left, also while it is no JSON.
  const [typed, setTyped] = useState<string>();
  const draft = typed ?? found;
  const isValid = draft.trim() === EMPTY || isJson(draft);
  const set = (value: string) => {
    setTyped(value);
    if (value.trim() === EMPTY) change(remove(text, path), path.join("/"));
    else if (isJson(value)) change(put(text, path, new Written(value.trim())), path.join("/"));
  };
  return (
    <Field.Root readOnly={readOnly} invalid={!isValid}>
      <Field.Label fontSize="xs">{spec.name}</Field.Label>
      <Textarea
        size="sm"
        fontFamily="mono"
        fontSize="xs"
        rows={Math.min(Math.max(draft.split("\n").length, 1), 12)}
        spellCheck={false}
        value={draft}
        onChange={({ target }) => set(target.value)}
        onBlur={() => isValid && setTyped(undefined)}
      />
      <Field.ErrorText color="red.fg">{t("designerNoJson")}</Field.ErrorText>
    </Field.Root>
  );
}

/** Whether a text is a JSON value. */
export const isJson = (text: string): boolean => treeOf(`{"value": ${text}}`) !== undefined;

/** A choice of one of the states of a scope, or of the end. */
export function StateChoice(props: {
  label: string;
  value: string | null;
  states: readonly string[];
  end?: string | undefined;
  readOnly: boolean;
  onChange: (state: string | null) => void;
}) {
  return (
    <Field.Root disabled={props.readOnly}>
      <Field.Label fontSize="xs">{props.label}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={props.value ?? EMPTY} onChange={({ target }) => props.onChange(target.value || null)}>
          {(props.end !== undefined || props.value === null) && <option value="">{props.end ?? "—"}</option>}
          {props.value !== null && !props.states.includes(props.value) && <option value={props.value}>{props.value} ?</option>}
          {props.states.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}
