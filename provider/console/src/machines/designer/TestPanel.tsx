import { Button, Field, HStack, NativeSelect, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { Failure } from "../../parts/Failure";
import { type StateTestResult, useStateTest } from "../../rest/machineTests";
import type { Visit } from "../../rest/machines";
import { StatusBadge } from "../StatusBadge";
import { isTerminal, type StateNode } from "./machineModel";
import { JsonInput, parsed } from "./JsonInput";
import { Json } from "../Json";
import { MockAnswer } from "./MockAnswers";
import { type Answer, NEW_ANSWER, stateMock } from "./mocks";

const WORK = ["Task", "Parallel", "Map"];

interface Props {
  text: string;
  state: StateNode;
  /** The last visit of the state in a run with mocks, whose input can be taken. */
  visit: Visit | undefined;
}

/** Tests one state: what its fields make of an input, step by step. */
export function TestPanel({ text, state, visit }: Props) {
  const [input, setInput] = useState("{}");
  const [variables, setVariables] = useState("{}");
  const [answer, setAnswer] = useState<Answer>(NEW_ANSWER);
  const [isMocked, setMocked] = useState(true);
  const test = useStateTest();
  const [fault, setFault] = useState<Error>();
  const needsMock = WORK.includes(String(state.value.Type));
  const run = () => {
    try {
      const mock = needsMock && isMocked ? { mock: stateMock(answer) } : {};
      test.mutate({ definition: text, state: state.name, input: parsed(input), variables: parsed(variables), ...mock });
      setFault(undefined);
    } catch (error) {
      setFault(error as Error);
    }
  };
  const error = fault ?? test.error;
  return (
    <VStack align="stretch" gap={3}>
      <JsonInput label={t("designerInputOf", { name: state.name })} value={input} onChange={setInput} />
      {visit && (
        <Button size="xs" variant="outline" onClick={() => setInput(JSON.stringify(visit.input, null, 2))}>
          {t("designerTakeInput")}
        </Button>
      )}
      {!isTerminal(state.value.Type) && <JsonInput label={t("designerVariables")} value={variables} onChange={setVariables} />}
      {needsMock && (
        <>
          <Field.Root>
            <Field.Label fontSize="xs">{t("designerMock")}</Field.Label>
            <NativeSelect.Root size="sm">
              <NativeSelect.Field value={isMocked ? "yes" : ""} onChange={({ target }) => setMocked(target.value === "yes")}>
                <option value="yes">{t("designerWithMock")}</option>
                <option value="">{t("designerWithoutMock")}</option>
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
          </Field.Root>
          {isMocked && <MockAnswer label={t("designerAnswer")} answer={answer} onChange={setAnswer} />}
        </>
      )}
      <HStack>
        <Button size="sm" loading={test.isPending} onClick={run}>
          {t("designerTestState")}
        </Button>
      </HStack>
      {error && <Failure error={error} />}
      {test.data && <Steps result={test.data} />}
    </VStack>
  );
}

function Steps({ result }: { result: StateTestResult }) {
  return (
    <VStack as="section" align="stretch" gap={2} aria-label={t("designerSteps")}>
      <HStack wrap="wrap">
        <StatusBadge status={result.status} />
        {result.next_state && <Text fontSize="sm">→ {result.next_state}</Text>}
        {typeof result.retry_seconds === "number" && <Text fontSize="sm">{t("designerRetryIn", { seconds: result.retry_seconds })}</Text>}
      </HStack>
      {(result.error ?? result.cause) && (
        <Text fontSize="sm">
          {[result.error, result.cause].filter(Boolean).join(": ")}
        </Text>
      )}
      {result.steps.map(({ name, value }, index) => (
        // A step has no other name than its place: fields may come twice.
        // oxlint-disable-next-line react/no-array-index-key
        <Json key={index} name={`${index + 1}. ${name}`} value={value} />
      ))}
      <Json name={t("result")} value={result.output ?? undefined} />
    </VStack>
  );
}
