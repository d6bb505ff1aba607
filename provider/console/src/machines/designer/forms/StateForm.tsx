import { Button, Field, Heading, HStack, Input, NativeSelect, VStack } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";

import { t } from "../../../i18n";
import { canDuplicate, freeName, renameState, setLink, type Edited } from "../edits";
import { type Path, put, remove } from "../jsonText";
import { isJsonata, isTencents, isTerminal, type Link, type Machine, type Scope, type StateNode } from "../machineModel";
import { ITEMS } from "../stateKinds";
import { Catchers, Retries } from "./Errors";
import { type Form, StateChoice, StateField } from "./Fields";
import { Rules } from "./Rules";
import { DATA_FIELDS, type FieldSpec, OWN_FIELDS, RETRIES } from "./stateFields";

interface Props extends Form {
  machine: Machine;
  state: StateNode;
  scope: Scope;
  onEdit: (edited: Edited) => void;
  onDelete: () => void;
  onDuplicate: () => void;
  onInsertAfter: () => void;
}

const RESOURCES = [...new Set(ITEMS.flatMap(({ resource }) => (resource ? [resource] : [])))];

/** All fields of one state. */
export function StateForm(props: Props) {
  const { text, readOnly, change, machine, state, scope } = props;
  const type = String(state.value.Type);
  const jsonata = isJsonata(machine, state);
  const form = { text, readOnly, change };
  const parts = { ...form, state, scope, jsonata };
  const next: Link = { kind: "next", scope: scope.path, from: state.name, to: null, field: [...state.path, "Next"], label: "" };
  const names = scope.states.map(({ name }) => name);
  return (
    <VStack align="stretch" gap={4}>
      <Head {...props} />
      <FieldList {...parts} specs={OWN_FIELDS[type] ?? []} />
      {type === "Choice" && <Rules {...parts} isTencents={isTencents(machine)} />}
      {type !== "Choice" && !isTerminal(type) && (
        <StateChoice
          label="Next"
          value={typeof state.value.Next === "string" ? state.value.Next : null}
          states={names}
          end={t("designerEnd")}
          readOnly={readOnly}
          onChange={(to) => change(setLink(text, next, to), "Next")}
        />
      )}
      {DATA_FIELDS[type] && (
        <Group title={t("designerData")}>
          <FieldList {...parts} specs={DATA_FIELDS[type]} />
        </Group>
      )}
      {RETRIES.includes(type) && (
        <Group title={t("designerErrors")}>
          <Retries {...parts} />
          <Catchers {...parts} />
        </Group>
      )}
      <Group title={t("designerMore")}>
        <StateField {...form} path={[...state.path, "Comment"]} spec={{ name: "Comment", kind: "text" }} />
        <LanguageChoice {...form} path={[...state.path, "QueryLanguage"]} value={String(state.value.QueryLanguage ?? "")} empty={t("designerAsMachine")} />
      </Group>
    </VStack>
  );
}

function Head({ text, readOnly, state, onEdit, onDelete, onDuplicate, onInsertAfter }: Props) {
  const [name, setName] = useState(state.name);
  const isFree = name === state.name || (name.trim() !== "" && freeName(text, name) === name);
  const rename = () => {
    if (isFree && name !== state.name) onEdit(renameState(text, state.path, name));
    else setName(state.name);
  };
  return (
    <VStack align="stretch" gap={2}>
      <Field.Root readOnly={readOnly} invalid={!isFree}>
        <Field.Label fontSize="xs">{t("designerStateName", { type: String(state.value.Type) })}</Field.Label>
        <Input
          size="sm"
          fontWeight="medium"
          maxLength={80}
          value={name}
          onChange={({ target }) => setName(target.value)}
          onBlur={rename}
          onKeyDown={({ key }) => key === "Enter" && rename()}
        />
        <Field.ErrorText color="red.fg">{t("designerNameTaken")}</Field.ErrorText>
      </Field.Root>
      {!readOnly && (
        <HStack wrap="wrap" gap={1}>
          <Button size="xs" variant="outline" onClick={onInsertAfter}>
            {t("designerInsertAfter")}
          </Button>
          {canDuplicate(state) && (
            <Button size="xs" variant="outline" onClick={onDuplicate}>
              {t("designerDuplicate")}
            </Button>
          )}
          <Button size="xs" variant="outline" colorPalette="red" onClick={onDelete}>
            {t("designerDelete")}
          </Button>
        </HStack>
      )}
    </VStack>
  );
}

/** The fields of the state's language, and those of the other one that are there by mistake. */
function FieldList({ specs, state, jsonata, ...form }: Form & { specs: FieldSpec[]; state: StateNode; jsonata: boolean }) {
  const shown = specs.filter(({ name, language }) => name in state.value || language === undefined || (language === "JSONata") === jsonata);
  return (
    <>
      {shown.map((spec) => (
        <StateField
          key={`${state.id} ${spec.name}`}
          {...form}
          path={[...state.path, spec.name]}
          spec={spec}
          {...(spec.name === "Resource" && { options: RESOURCES })}
        />
      ))}
    </>
  );
}

/** A part of a form that can be folded. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details open>
      <summary>
        <Heading as="h3" size="xs" display="inline">
          {title}
        </Heading>
      </summary>
      <VStack align="stretch" gap={3} mt={2}>
        {children}
      </VStack>
    </details>
  );
}

function LanguageChoice({ text, readOnly, change, path, value, empty }: Form & { path: Path; value: string; empty: string }) {
  return (
    <Field.Root disabled={readOnly}>
      <Field.Label fontSize="xs">QueryLanguage</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={value} onChange={({ target }) => change(target.value ? put(text, path, target.value) : remove(text, path), "language")}>
          <option value="">{empty}</option>
          <option>JSONPath</option>
          <option>JSONata</option>
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}

/** The fields of the machine itself, shown while no state is chosen. */
export function MachineForm(form: Form & { machine: Machine }) {
  const { machine, ...rest } = form;
  return (
    <VStack align="stretch" gap={3}>
      <StateField {...rest} path={["Comment"]} spec={{ name: "Comment", kind: "text" }} />
      <LanguageChoice {...rest} path={["QueryLanguage"]} value={String(machine.value.QueryLanguage ?? "")} empty="—" />
      <StateField {...rest} path={["TimeoutSeconds"]} spec={{ name: "TimeoutSeconds", kind: "amount" }} />
    </VStack>
  );
}
