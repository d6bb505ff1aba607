import { Button, Field, HStack, Input, NativeSelect, SimpleGrid, VStack } from "@chakra-ui/react";

import { t } from "../../i18n";
import { JsonInput } from "./JsonInput";
import type { Answer } from "./mocks";

interface Props {
  label: string;
  answer: Answer;
  onChange: (answer: Answer) => void;
  onRemove?: (() => void) | undefined;
}

/** What the work of a state answers in a test: a result, or an error with its cause. */
export function MockAnswer({ label, answer, onChange, onRemove }: Props) {
  return (
    <VStack align="stretch" gap={2}>
      <HStack align="end">
        <Field.Root>
          <Field.Label fontSize="xs">{label}</Field.Label>
          <NativeSelect.Root size="sm">
            <NativeSelect.Field value={answer.kind} onChange={({ target }) => onChange({ ...answer, kind: target.value as Answer["kind"] })}>
              <option value="result">{t("designerMockResult")}</option>
              <option value="error">{t("designerMockError")}</option>
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        </Field.Root>
        {onRemove && (
          <Button size="xs" variant="ghost" onClick={onRemove}>
            {t("designerRemove")}
          </Button>
        )}
      </HStack>
      {answer.kind === "result" ? (
        <JsonInput label={`${label}: ${t("designerMockResult")}`} value={answer.result} onChange={(result) => onChange({ ...answer, result })} />
      ) : (
        <SimpleGrid columns={2} gap={2}>
          {(["error", "cause"] as const).map((name) => (
            <Field.Root key={name}>
              <Field.Label fontSize="xs">{name === "error" ? "Error" : "Cause"}</Field.Label>
              <Input size="sm" value={answer[name]} onChange={({ target }) => onChange({ ...answer, [name]: target.value })} />
            </Field.Root>
          ))}
        </SimpleGrid>
      )}
    </VStack>
  );
}
