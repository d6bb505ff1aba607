import { Box, Button, Fieldset, HStack, SimpleGrid, VStack } from "@chakra-ui/react";

import { t } from "../../i18n";
import type { Diagnostic } from "../../rest/definitions";
import { removeValue, setValue } from "./edits";
import { defaultText, Labelled, Muted, SelectInput, TextInput, wordsOf } from "./inputs";
import { fieldsOf, fieldValue, type FormField, type Schema, titleOf } from "./schema";
import { type Fields as Settings, isFields, type Path, valueAt } from "./source";

/** What all fields of a form share. */
export interface FormContext {
  root: Schema;
  value: Settings;
  edit: (change: (text: string) => string) => boolean;
  diagnostics: Diagnostic[];
  readOnly: boolean;
}

interface FieldProps {
  context: FormContext;
  field: FormField;
  path: Path;
  /** What holds where the text says nothing, such as the setting of a preset. */
  inherited: unknown;
}

const WIDE = new Set(["fields", "list", "union"]);

/** The fields of a mapping; each one changes its own line of the text. */
export function Fields({ context, fields, path, inherited = {} }: { context: FormContext; fields: FormField[]; path: Path; inherited?: unknown }) {
  const shown = (field: FormField) => (
    <OneField key={field.name} context={context} field={field} path={[...path, field.name]} inherited={valueAt(inherited, [field.name]) ?? field.default} />
  );
  const narrow = fields.filter(({ kind }) => !WIDE.has(kind));
  return (
    <VStack align="stretch" gap={3}>
      {narrow.length > 0 && (
        <SimpleGrid columns={{ base: 1, md: 2 }} gapX={4} gapY={3}>
          {narrow.map(shown)}
        </SimpleGrid>
      )}
      {fields.filter(({ kind }) => WIDE.has(kind)).map(shown)}
    </VStack>
  );
}

function OneField(props: FieldProps) {
  const { context, field, path, inherited } = props;
  const value = valueAt(context.value, path);
  if (field.kind === "list") return <ListField {...props} />;
  if (field.kind === "fields") return <Group {...props} isOpen={value !== undefined} />;
  if (field.kind === "union") return <UnionField {...props} />;
  const write = (next: unknown) => context.edit((text) => (next === "" || next === undefined ? removeValue(text, path) : setValue(text, path, next)));
  const shown = { label: labelOf(field), help: field.help, mistake: mistakeAt(context, path), isSet: value !== undefined, readOnly: context.readOnly };
  if (field.kind === "flag" || field.kind === "choice") {
    const options = field.kind === "flag" ? ["true", "false"] : field.options.map(String);
    const valueOf = (word: string): unknown => (field.kind === "flag" ? word === "true" : field.options.find((option) => String(option) === word));
    return <SelectInput {...shown} value={wordsOf(value)} options={options} labels={field.labels} none={defaultText(field.labels[wordsOf(inherited)] ?? inherited)} onChange={(word) => write(word && valueOf(word))} />;
  }
  if (field.kind === "choices") return <ChoicesField {...props} />;
  if (field.kind === "words") {
    const split = (written: string) => written.split(",").map((word) => fieldValue(word.trim(), field)).filter((word) => word !== "");
    const placeholder = wordsOf(inherited) || field.example;
    return <TextInput {...shown} value={wordsOf(value)} placeholder={placeholder} onChange={(written) => write(split(written).length > 0 ? split(written) : "")} />;
  }
  return <TextInput {...shown} value={wordsOf(value)} placeholder={wordsOf(inherited) || field.example} onChange={(written) => write(fieldValue(written, { isNumeric: field.isNumeric }))} />;
}

const labelOf = ({ name, unit }: FormField): string => (unit ? `${titleOf(name)} (${unit})` : titleOf(name));

/** Returns what the check says about a field, or about what is within a field that has no fields of its own. */
function mistakeAt({ diagnostics }: FormContext, path: Path): string | undefined {
  const found = diagnostics.filter((each) => path.every((key, index) => String(each.path[index]) === String(key)));
  return found.length > 0 ? found.map(({ message, hint }) => [message, hint].filter(Boolean).join(" · ")).join(" ") : undefined;
}

function ChoicesField({ context, field, path, inherited }: FieldProps) {
  const value = valueAt(context.value, path);
  const chosen = new Set(Array.isArray(value) ? value.map(String) : []);
  const toggle = (option: string) => {
    const next = field.options.map(String).filter((each) => (each === option ? !chosen.has(each) : chosen.has(each)));
    context.edit((text) => (next.length > 0 ? setValue(text, path, next) : removeValue(text, path)));
  };
  const mistake = mistakeAt(context, path);
  return (
    <Fieldset.Root invalid={mistake !== undefined} disabled={context.readOnly} gap={1}>
      <Fieldset.Legend fontWeight={value === undefined ? "normal" : "bold"} fontSize="sm">
        {labelOf(field)}
      </Fieldset.Legend>
      <HStack>
        {field.options.map(String).map((option) => (
          <label key={option}>
            <input type="checkbox" checked={chosen.has(option)} onChange={() => toggle(option)} /> {option}
          </label>
        ))}
      </HStack>
      {mistake && <Fieldset.ErrorText color="red.fg">{mistake}</Fieldset.ErrorText>}
      <Muted>{[value === undefined ? defaultText(inherited) : "", field.help].filter(Boolean).join(" · ")}</Muted>
    </Fieldset.Root>
  );
}

function Group({ context, field, path, inherited, isOpen }: FieldProps & { isOpen: boolean }) {
  const ownMistake = context.diagnostics.find((each) => each.path.join("/") === path.join("/"))?.message;
  return (
    <Box as="details" borderWidth="1px" borderRadius="md" p={3} {...(isOpen && { open: true })}>
      <Box as="summary" cursor="pointer" fontWeight={isOpen ? "bold" : "normal"}>
        {labelOf(field)}
      </Box>
      <VStack align="stretch" mt={2} gap={3}>
        {field.help && <Muted>{field.help}</Muted>}
        {ownMistake && <Labelled label="" mistake={ownMistake}>{null}</Labelled>}
        <Fields context={context} fields={fieldsOf(context.root, field.inner ?? {})} path={path} inherited={isFields(inherited) ? inherited : {}} />
      </VStack>
    </Box>
  );
}

/** Settings, or a word instead of them. */
function UnionField(props: FieldProps) {
  const { context, field, path, inherited } = props;
  const value = valueAt(context.value, path);
  const write = (word: string) => context.edit((text) => (word ? setValue(text, path, word) : removeValue(text, path)));
  const word = typeof value === "string" ? value : "";
  const none = typeof inherited === "string" ? defaultText(inherited) : t("editorSettings");
  return (
    <Box>
      <SelectInput label={labelOf(field)} help={field.help} isSet={value !== undefined} readOnly={context.readOnly} value={word} options={field.options.map(String)} none={none} onChange={write} />
      {word === "" && (
        <Box mt={2}>
          <Group {...props} field={{ ...field, help: "", name: `${field.name}_settings` }} isOpen={isFields(value)} />
        </Box>
      )}
    </Box>
  );
}

const withoutNulls = (item: unknown): unknown =>
  isFields(item) ? Object.fromEntries(Object.entries(item).filter(([, field]) => field !== null)) : item;

/** A list of mappings; each item has its own fields. */
function ListField({ context, field, path, inherited }: FieldProps) {
  const value = valueAt(context.value, path);
  const items: unknown[] = Array.isArray(value) ? value : [];
  const defaults = Array.isArray(inherited) ? inherited.map(withoutNulls) : [];
  const mistake = context.diagnostics.find((each) => each.path.join("/") === path.join("/"))?.message;
  return (
    <Fieldset.Root invalid={mistake !== undefined} borderWidth="1px" borderRadius="md" p={3} gap={2}>
      <Fieldset.Legend fontWeight={items.length > 0 ? "bold" : "normal"} fontSize="sm" px={1}>
        {labelOf(field)}
      </Fieldset.Legend>
      <Muted>{[items.length === 0 ? defaultText(inherited) : "", field.help].filter(Boolean).join(" · ")}</Muted>
      {mistake && <Fieldset.ErrorText color="red.fg">{mistake}</Fieldset.ErrorText>}
      {items.map((_, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- an item is its place in the text
        <Box key={index} as="section" aria-label={`${titleOf(field.name)} ${index + 1}`} bg="bg.subtle" borderRadius="md" p={3}>
          <Fields context={context} fields={fieldsOf(context.root, field.inner ?? {})} path={[...path, index]} />
          {!context.readOnly && (
            <Button mt={2} size="xs" variant="outline" colorPalette="red" onClick={() => context.edit((text) => removeValue(text, [...path, index]))}>
              {t("editorRemoveItem", { number: index + 1 })}
            </Button>
          )}
        </Box>
      ))}
      {!context.readOnly && (
        <HStack>
          {items.length === 0 && defaults.length > 0 && (
            <Button size="xs" variant="outline" onClick={() => context.edit((text) => setValue(text, path, defaults))}>
              {t("editorChangeDefault")}
            </Button>
          )}
          <Button size="xs" variant="outline" onClick={() => context.edit((text) => setValue(text, [...path, items.length], {}))}>
            {t("editorAddItem", { name: titleOf(field.name).toLowerCase() })}
          </Button>
        </HStack>
      )}
    </Fieldset.Root>
  );
}
