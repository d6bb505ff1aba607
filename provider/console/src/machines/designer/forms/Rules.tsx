import { Button, Heading, HStack, VStack } from "@chakra-ui/react";

import { t } from "../../../i18n";
import { setLink } from "../edits";
import { remove } from "../jsonText";
import type { Link, Scope, StateNode } from "../machineModel";
import { type Form, StateChoice, StateField } from "./Fields";
import { swap } from "./ruleTests";
import { TestForm } from "./TestForm";

interface Props extends Form {
  state: StateNode;
  scope: Scope;
  jsonata: boolean;
  isTencents: boolean;
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
  const { text, readOnly, change, state, jsonata, isTencents, link, index, names, count } = props;
  const path = [...state.path, "Choices", index];
  const form = { text, readOnly, change };
  const test = (state.value.Choices as Array<Record<string, unknown>>)[index] ?? {};
  const move = (by: number) => change(swap(text, [...state.path, "Choices"], index, by), "order");
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
        <StateField {...form} path={[...path, "Condition"]} spec={{ name: "Condition", kind: "text" }} />
      ) : (
        <TestForm {...form} path={path} test={test} number={String(index + 1)} isTencents={isTencents} />
      )}
      <StateChoice label="Next" value={link.to} states={names} readOnly={readOnly} onChange={(to) => to && change(setLink(text, link, to), "Next")} />
    </VStack>
  );
}
