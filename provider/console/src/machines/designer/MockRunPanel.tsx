import { Button, Heading, HStack, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../../i18n";
import { Failure } from "../../parts/Failure";
import { type MockRunResult, type TaskMock, useMockRun } from "../../rest/machineTests";
import { Json } from "../Json";
import { StatusBadge } from "../StatusBadge";
import { VisitDetails } from "../VisitDetails";
import { VisitTable } from "../VisitTable";
import { JsonInput, parsed } from "./JsonInput";
import { MockAnswer } from "./MockAnswers";
import { type Answer, NEW_ANSWER, taskMock } from "./mocks";
import { type Machine, statesOf } from "./machineModel";

interface Props {
  text: string;
  machine: Machine;
  result: MockRunResult | undefined;
  chosen: string | undefined;
  onResult: (result: MockRunResult | undefined) => void;
  onChoose: (state: string) => void;
}

/** Runs the whole machine with a mocked answer for each Task state; waits take no time. */
export function MockRunPanel(props: Props) {
  const { text, machine, result, onResult } = props;
  const [input, setInput] = useState("{}");
  const [answers, setAnswers] = useState<Record<string, Answer[]>>({});
  const [fault, setFault] = useState<Error>();
  const run = useMockRun();
  const tasks = statesOf(machine).filter(({ value }) => value.Type === "Task");
  const of = (name: string): Answer[] => answers[name] ?? [NEW_ANSWER];
  const start = () => {
    try {
      const mocks = Object.fromEntries(tasks.map(({ name }): [string, TaskMock[]] => [name, of(name).map(taskMock)]));
      run.mutate({ definition: text, input: parsed(input), mocks }, { onSuccess: onResult, onError: () => onResult(undefined) });
      setFault(undefined);
    } catch (error) {
      setFault(error as Error);
    }
  };
  const error = fault ?? run.error;
  return (
    <VStack align="stretch" gap={3}>
      <JsonInput label={t("designerMachineInput")} value={input} onChange={setInput} />
      {tasks.map(({ name }) => (
        <Mocks key={name} name={name} answers={of(name)} onChange={(changed) => setAnswers({ ...answers, [name]: changed })} />
      ))}
      <HStack>
        <Button size="sm" loading={run.isPending} onClick={start}>
          {t("designerRunMocks")}
        </Button>
        {result && (
          <Button size="sm" variant="ghost" onClick={() => onResult(undefined)}>
            {t("designerClear")}
          </Button>
        )}
      </HStack>
      {error && <Failure error={error} />}
      {result && <Result {...props} result={result} />}
    </VStack>
  );
}

function Mocks({ name, answers, onChange }: { name: string; answers: Answer[]; onChange: (answers: Answer[]) => void }) {
  return (
    <VStack as="section" aria-label={t("designerMocksOf", { name })} align="stretch" gap={2} borderWidth="1px" borderRadius="md" p={2}>
      <Heading as="h3" size="xs">
        {name}
      </Heading>
      {answers.map((answer, index) => (
        <MockAnswer
          // The calls of a task have no other name than their number.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          label={t("designerCall", { number: index + 1 })}
          answer={answer}
          onChange={(changed) => onChange(answers.with(index, changed))}
          onRemove={answers.length > 1 ? () => onChange(answers.toSpliced(index, 1)) : undefined}
        />
      ))}
      <Button size="2xs" variant="ghost" alignSelf="start" onClick={() => onChange([...answers, NEW_ANSWER])}>
        {t("designerAddAnswer")}
      </Button>
    </VStack>
  );
}

function Result({ result, chosen, onChoose }: Props & { result: MockRunResult }) {
  const visits = result.states.filter(({ state }) => state === chosen);
  return (
    <VStack as="section" align="stretch" gap={3} aria-label={t("designerResult")}>
      <HStack wrap="wrap">
        <StatusBadge status={result.status} />
        {(result.error ?? result.cause) && <Text fontSize="sm">{[result.error, result.cause].filter(Boolean).join(": ")}</Text>}
      </HStack>
      <Json name={t("result")} value={result.output ?? undefined} />
      <VisitTable label={t("states")} visits={result.states} chosen={chosen ?? null} onChoose={onChoose} />
      {visits.map((visit, index) => (
        <VisitDetails key={`${visit.state} ${index}`} visit={visit} />
      ))}
      <details>
        <summary>{t("designerEvents", { count: result.events.length })}</summary>
        <Json name="" value={result.events} />
      </details>
    </VStack>
  );
}
