import { Button, Flex, HStack, NativeSelect, Text, VStack } from "@chakra-ui/react";
import type { MouseEvent, ReactNode } from "react";

import { t } from "../../../i18n";
import { type Path, put, remove } from "../jsonText";
import { Comparison } from "./Comparison";
import { type Form, StateField } from "./Fields";
import { canUngroup, combine, decidingNames, GROUPS, kindOf, NEW_COMPARISON, setGroup, swap, ungroup, type Word, WORDS } from "./ruleTests";

interface Props extends Form {
  path: Path;
  /** The test as parsed. */
  test: Record<string, unknown>;
  /** Its place in the rule, such as `1.2`. */
  number: string;
  isTencents: boolean;
  /** Buttons that the group around the test has for it. */
  actions?: ReactNode;
}

/** A test of a rule: a comparison, or a group of tests, each of which is such a form again. */
export function TestForm(props: Props) {
  const { text, readOnly, change, path, test, number, isTencents, actions } = props;
  const form = { text, readOnly, change };
  const kind = kindOf(test);
  const isWord = kind !== "comparison" && kind !== "unclear";
  return (
    <VStack as="fieldset" tabIndex={-1} aria-label={t("designerTest", { number })} align="stretch" gap={2} minW={0}>
      <Flex wrap="wrap" align="center" gap={1}>
        {isWord && <WordChoice {...form} path={path} word={kind} />}
        {!readOnly && kind !== "unclear" && <Combining {...form} path={path} word={isWord && canUngroup(test) ? kind : undefined} />}
        <HStack gap={1} ms="auto">
          {actions}
        </HStack>
      </Flex>
      {kind === "comparison" && <Comparison {...form} path={path} test={test} isTencents={isTencents} />}
      {kind === "unclear" && decidingNames(test).map((name) => <StateField key={name} {...form} path={[...path, name]} spec={{ name, kind: "json" }} />)}
      {isWord && (
        <VStack align="stretch" gap={3} borderLeftWidth="3px" borderColor="border.emphasized" ps={2}>
          <Inner {...props} word={kind} />
        </VStack>
      )}
    </VStack>
  );
}

/** Buttons that put a test into a new group, and that put the only test of a group in the group's place. */
function Combining({ text, change, path, word }: Form & { path: Path; word: Word | undefined }) {
  const takeApart = (event: MouseEvent<HTMLElement>) => {
    focusTest(event, false);
    if (word) change(ungroup(text, path, word), "ungroup");
  };
  return (
    <>
      <Text fontSize="xs" color="fg.muted" aria-hidden>
        {t("designerCombine", { word: "…" })}
      </Text>
      {WORDS.map((each) => (
        <Button key={each} size="2xs" variant="outline" aria-label={t("designerCombine", { word: each })} onClick={() => change(combine(text, path, each), each)}>
          {each}
        </Button>
      ))}
      {word && (
        <Button size="2xs" variant="outline" onClick={takeApart}>
          {t("designerUngroup")}
        </Button>
      )}
    </>
  );
}

/** Moves the focus from a button that is about to go to the test around it, or to the group around that test. */
function focusTest({ currentTarget }: MouseEvent<HTMLElement>, isOuter: boolean) {
  const own = currentTarget.closest("fieldset");
  (isOuter ? own?.parentElement?.closest("fieldset") : own)?.focus();
}

function WordChoice({ text, readOnly, change, path, word }: Form & { path: Path; word: Word }) {
  if (word === "Not")
    return (
      <Text fontSize="sm" fontWeight="medium" me={2}>
        Not
      </Text>
    );
  const choose = (to: string) => change(setGroup(text, path, word, to as Word), "group");
  return (
    <NativeSelect.Root size="xs" w="auto" disabled={readOnly}>
      <NativeSelect.Field aria-label={t("designerGroup")} value={word} onChange={({ target }) => choose(target.value)}>
        {GROUPS.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

/** The tests inside a test. */
function Inner({ word, ...props }: Props & { word: Word }) {
  const { text, readOnly, change, path, test, number, isTencents } = props;
  const form = { text, readOnly, change, isTencents };
  if (word === "Not") return <TestForm {...form} path={[...path, word]} test={test.Not as Props["test"]} number={`${number}.1`} />;
  const list = [...path, word];
  const tests = test[word] as Array<Props["test"]>;
  return (
    <>
      {tests.map((each, index) => (
        <TestForm
          key={`${index}`}
          {...form}
          path={[...list, index]}
          test={each}
          number={`${number}.${index + 1}`}
          actions={!readOnly && <Actions {...form} list={list} index={index} count={tests.length} />}
        />
      ))}
      {!readOnly && (
        <Button size="xs" variant="outline" alignSelf="start" onClick={() => change(put(text, [...list, tests.length], NEW_COMPARISON), "add")}>
          {t("designerAddComparison")}
        </Button>
      )}
    </>
  );
}

function Actions({ text, change, list, index, count }: Form & { list: Path; index: number; count: number }) {
  const move = (by: number) => change(swap(text, list, index, by), "order");
  const drop = (event: MouseEvent<HTMLElement>) => {
    focusTest(event, true);
    change(remove(text, [...list, index]), "remove");
  };
  return (
    <>
      <Button size="2xs" variant="ghost" disabled={index === 0} aria-label={t("designerUp")} onClick={() => move(-1)}>
        ↑
      </Button>
      <Button size="2xs" variant="ghost" disabled={index === count - 1} aria-label={t("designerDown")} onClick={() => move(1)}>
        ↓
      </Button>
      <Button size="2xs" variant="ghost" disabled={count === 1} onClick={drop}>
        {t("designerRemove")}
      </Button>
    </>
  );
}
