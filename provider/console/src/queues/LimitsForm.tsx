import { Button, Field, Heading, HStack, Input, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../i18n";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { moment } from "../parts/format";
import { useAccount } from "../rest/accounts";
import { address } from "../rest/client";
import { LIMITS, type LimitName, type Limits, limitsBody, useLimitsChange } from "../rest/queues";

const LABELS = { active: "queueActiveLimit", waiting_normal: "queueNormalLimit", waiting_low: "queueLowLimit" } as const;

/** The limits of an account's queues, which whoever has the right changes while jobs come. */
export function LimitsForm({ account, limits }: { account: string; limits: Limits }) {
  const [typed, setTyped] = useState<Partial<Record<LimitName, string>>>({});
  const command = useLimitsChange(account);
  const canLimit = useAccount(account)?.can_limit ?? false;
  const value = (name: LimitName): string => typed[name] ?? String(limits.changed[name] ?? limits.configured[name]);
  const body = limitsBody(limits, Object.fromEntries(LIMITS.map((name) => [name, value(name)])));
  const isChanged = LIMITS.some((name) => name in limits.changed);
  const send = (content: typeof body) => command.mutate(content, { onSuccess: () => setTyped({}) });
  return (
    <VStack as="section" aria-label={t("queueLimits")} align="stretch" gap={2} borderWidth="1px" borderRadius="md" p={4}>
      <Heading as="h2" size="md">
        {t("queueLimits")}
      </Heading>
      <HStack as="form" wrap="wrap" align="end" gap={3} onSubmit={(event) => (event.preventDefault(), send(body))}>
        {LIMITS.map((name) => (
          <Field.Root key={name} w="12rem" disabled={!canLimit}>
            <Field.Label>{t(LABELS[name])}</Field.Label>
            <Input
              size="sm"
              type="number"
              required
              min={name === "active" ? 1 : 0}
              value={value(name)}
              onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
            />
            <Field.HelperText>{t("queueConfigured", { limit: limits.configured[name] })}</Field.HelperText>
          </Field.Root>
        ))}
        <Button size="sm" type="submit" disabled={!canLimit || Object.keys(typed).length === 0} loading={command.isPending}>
          {t("queueSetLimits")}
        </Button>
        {isChanged && canLimit && (
          <Button size="sm" variant="outline" onClick={() => send({})}>
            {t("queueUndoLimits")}
          </Button>
        )}
      </HStack>
      {command.error && <Failure error={command.error} />}
      {!canLimit && <Text fontSize="sm">{t("queueNoRight")}</Text>}
      {limits.changed_by && limits.changed_at && (
        <Text fontSize="sm">{t("queueChangedBy", { name: limits.changed_by, time: moment(limits.changed_at) })}</Text>
      )}
      <CopyAs action={{ method: "PUT", url: address(`accounts/${account}/queues/limits`).href, body }} />
    </VStack>
  );
}
