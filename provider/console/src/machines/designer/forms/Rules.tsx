import { Button, Field, Heading, HStack, NativeSelect, SimpleGrid, VStack } from "@chakra-ui/react";

import { t } from "../../../i18n";
import { setLink } from "../edits";
import { put, remove, renameKey, written, Written } from "../jsonText";
import type { Link, Scope, StateNode } from "../machineModel";
import { type Form, StateChoice, StateField } from "./Fields";
import { OPERATORS } from "./stateFields";

interface Props extends Form {
  state: StateNode;
  scope: Scope;
  jsonata: boolean;
}

/** The rules of a Choice in the order in which they are tried, and where it goes without one. */
export function Rules(props: Props) {
  const { text, readOnly, change, state, scope } = props;
  const links = scope.links.filter(({ from, kind }) => from === state.name && kind === "choice");
  const names = scope.states.map(({ name }) => name).filter((name) => name !== state.name);
  const fallback: Link = { kind: "default", scope: scope.path, from: state.name, to: null, field: [...state.path, "Default"], label: "" };
  return (
    <VStack align="stretch" gap={3}>
      {links.map((link, index) => (
        <Rule key={link.field.join("/")} {...props} link={link} index={index} names={names} count={links.length} />
      ))}
      <StateChoice
        label="Default"
        value={typeof state.value.Default === "string" ? state.value.Default : null}
        states={names}
        end={t("designerNone")}
        readOnly={readOnly}
        onChange={(to) => change(setLink(text, fallback, to), "Default")}
      />
    </VStack>
  );
}

function Rule(props: Props & { link: Link; index: number; names: string[]; count: number }) {
  const { text, readOnly, change, state, jsonata, link, index, names, count } = props;
  const path = [...state.path, "Choices", index];
  const move = (by: number) => {
    const [one, other] = [written(text, path), written(text, [...state.path, "Choices", index + by])];
    if (one === undefined || other === undefined) return;
    const first = put(text, path, new Written(other));
    change(put(first, [...state.path, "Choices", index + by], new Written(one)), "order");
  };
  return (
    <VStack as="section" align="stretch" gap={2} borderWidth="1px" borderRadius="md" p={2} aria-label={t("designerRuleNumber", { number: index + 1 })}>
      <HStack justify="space-between">
        <Heading as="h4" size="xs">
          {t("designerRuleNumber", { number: index + 1 })}
        </Heading>
        {!readOnly && (
          <HStack gap={1}>
            <Button size="2xs" variant="ghost" disabled={index === 0} aria-label={t("designerUp")} onClick={() => move(-1)}>
              ↑
            </Button>
            <Button size="2xs" variant="ghost" disabled={index === count - 1} aria-label={t("designerDown")} onClick={() => move(1)}>
              ↓
            </Button>
            <Button size="2xs" variant="ghost" disabled={count === 1} onClick={() => change(remove(text, path), "remove")}>
              {t("designerRemove")}
            </Button>
          </HStack>
        )}
      </HStack>
      {jsonata ? (
        <StateField text={text} readOnly={readOnly} change={change} path={[...path, "Condition"]} spec={{ name: "Condition", kind: "text" }} />
      ) : (
        <Comparison {...props} path={path} />
      )}
      <StateChoice label="Next" value={link.to} states={names} readOnly={readOnly} onChange={(to) => to && change(setLink(text, link, to), "Next")} />
    </VStack>
  );
}

/** One comparison; rules of several ones are edited as JSON. */
function Comparison({ text, readOnly, change, state, index, path }: Props & { index: number; path: Array<string | number> }) {
  const rule = (state.value.Choices as Array<Record<string, unknown>>)[index] ?? {};
  const form = { text, readOnly, change };
  const several = ["And", "Or", "Not"].find((each) => each in rule);
  if (several) return <StateField {...form} path={[...path, several]} spec={{ name: several, kind: "json" }} />;
  const operator = Object.keys(rule).find((key) => OPERATORS.includes(key));
  const choose = (name: string) => change(operator ? renameKey(text, [...path, operator], name) : put(text, [...path, name], true), "operator");
  const combine = (word: "And" | "Not") => {
    const { Next, Comment, Assign, Output, ...tested } = rule;
    const others = Object.fromEntries(Object.entries({ Comment, Assign, Output, Next }).filter(([, value]) => value !== undefined));
    change(put(text, path, { [word]: word === "And" ? [tested, tested] : tested, ...others }), word);
  };
  return (
    <>
      <StateField {...form} path={[...path, "Variable"]} spec={{ name: "Variable", kind: "text" }} />
      <SimpleGrid columns={2} gap={2}>
        <Field.Root disabled={readOnly}>
          <Field.Label fontSize="xs">{t("designerOperator")}</Field.Label>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={operator ?? ""} onChange={({ target }) => choose(target.value)}>
              {!operator && <option value="">—</option>}
              {OPERATORS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </Field.Root>
        {operator && <StateField key={operator} {...form} path={[...path, operator]} spec={{ name: t("designerValue"), kind: "json" }} />}
      </SimpleGrid>
      {!readOnly && (
        <HStack>
          {(["And", "Not"] as const).map((word) => (
            <Button key={word} size="2xs" variant="outline" onClick={() => combine(word)}>
              {word}
            </Button>
          ))}
        </HStack>
      )}
    </>
  );
}
