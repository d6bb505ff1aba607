import { Button, Field, Heading, HStack, Input, NativeSelect, SimpleGrid, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { t } from "../../../i18n";
import { connect, setLink } from "../edits";
import { type Path, put, remove } from "../jsonText";
import type { Scope, StateNode } from "../machineModel";
import { type Form, StateChoice, StateField } from "./Fields";
import { ERRORS, RETRY_FIELDS } from "./stateFields";

interface Props extends Form {
  state: StateNode;
  scope: Scope;
  jsonata: boolean;
}

const rows = (value: unknown): Array<Record<string, unknown>> => (Array.isArray(value) ? (value as Array<Record<string, unknown>>) : []);

/** What is tried again after which errors, in order. */
export function Retries({ text, readOnly, change, state }: Props) {
  const found = rows(state.value.Retry);
  const table: Path = [...state.path, "Retry"];
  const add = () => change(put(text, [...table, found.length], { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 }), "add");
  return (
    <VStack align="stretch" gap={2}>
      {found.map((_, index) => {
        const path = [...table, index];
        const form = { text, readOnly, change };
        return (
          <Entry key={path.join("/")} name={`Retry ${index + 1}`} readOnly={readOnly} onRemove={() => change(remove(text, found.length === 1 ? table : path), "remove")}>
            <ErrorNames {...form} path={path} names={found[index]?.ErrorEquals} />
            <SimpleGrid columns={2} gap={2}>
              {RETRY_FIELDS.map((name) => (
                <StateField key={name} {...form} path={[...path, name]} spec={{ name, kind: "amount" }} />
              ))}
              <Jitter {...form} path={[...path, "JitterStrategy"]} value={String(found[index]?.JitterStrategy ?? "")} />
            </SimpleGrid>
          </Entry>
        );
      })}
      {!readOnly && (
        <Button size="xs" variant="outline" onClick={add}>
          {t("designerAddRetry")}
        </Button>
      )}
    </VStack>
  );
}

/** Which state follows which errors, in order. */
export function Catchers({ text, readOnly, change, state, scope, jsonata }: Props) {
  const links = scope.links.filter(({ from, kind }) => from === state.name && kind === "catch");
  const names = scope.states.map(({ name }) => name).filter((name) => name !== state.name);
  const first = names[0];
  return (
    <VStack align="stretch" gap={2}>
      {links.map((link, index) => {
        const path = link.field.slice(0, -1);
        const form = { text, readOnly, change };
        return (
          <Entry key={path.join("/")} name={`Catch ${index + 1}`} readOnly={readOnly} onRemove={() => change(setLink(text, link, null), "remove")}>
            <ErrorNames {...form} path={path} names={rows(state.value.Catch)[index]?.ErrorEquals} />
            {jsonata ? (
              <StateField {...form} path={[...path, "Output"]} spec={{ name: "Output", kind: "json" }} />
            ) : (
              <StateField {...form} path={[...path, "ResultPath"]} spec={{ name: "ResultPath", kind: "path" }} />
            )}
            <StateChoice label="Next" value={link.to} states={names} readOnly={readOnly} onChange={(to) => to && change(setLink(text, link, to), "Next")} />
          </Entry>
        );
      })}
      {!readOnly && (
        <Button size="xs" variant="outline" disabled={!first} onClick={() => first && change(connect(text, state, "catch", first), "add")}>
          {t("designerAddCatch")}
        </Button>
      )}
    </VStack>
  );
}

function Entry({ name, readOnly, onRemove, children }: { name: string; readOnly: boolean; onRemove: () => void; children: ReactNode }) {
  return (
    <VStack as="section" aria-label={name} align="stretch" gap={2} borderWidth="1px" borderRadius="md" p={2}>
      <HStack justify="space-between">
        <Heading as="h4" size="xs">
          {name}
        </Heading>
        {!readOnly && (
          <Button size="2xs" variant="ghost" onClick={onRemove}>
            {t("designerRemove")}
          </Button>
        )}
      </HStack>
      {children}
    </VStack>
  );
}

function ErrorNames({ text, readOnly, change, path, names }: Form & { path: Path; names: unknown }) {
  const shown = Array.isArray(names) ? names.join(", ") : "";
  const set = (value: string) => change(put(text, [...path, "ErrorEquals"], value.split(",").map((each) => each.trimStart())), `${path.join("/")}/ErrorEquals`);
  return (
    <Field.Root readOnly={readOnly}>
      <Field.Label fontSize="xs">ErrorEquals</Field.Label>
      <Input size="sm" fontFamily="mono" list="designer-errors" value={shown} onChange={({ target }) => set(target.value)} />
      <datalist id="designer-errors">
        {ERRORS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
    </Field.Root>
  );
}

function Jitter({ text, readOnly, change, path, value }: Form & { path: Path; value: string }) {
  return (
    <Field.Root disabled={readOnly}>
      <Field.Label fontSize="xs">JitterStrategy</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={value} onChange={({ target }) => change(target.value ? put(text, path, target.value) : remove(text, path), "jitter")}>
          <option value="">—</option>
          <option>NONE</option>
          <option>FULL</option>
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}
