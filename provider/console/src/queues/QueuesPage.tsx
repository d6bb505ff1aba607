import { Alert, Box, Button, Card, Heading, HStack, Progress, SimpleGrid, Text, VStack } from "@chakra-ui/react";

import { t } from "../i18n";
import { AccountChoice } from "../parts/AccountChoice";
import { CopyAs } from "../parts/CopyAs";
import { ErrorText } from "../parts/ErrorText";
import { Failure } from "../parts/Failure";
import { between, clock } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { accountOf, useAddressed } from "../parts/query";
import { useAccount } from "../rest/accounts";
import { address } from "../rest/client";
import { PRIORITIES, type Priority } from "../rest/jobs";
import { type Queue, type QueueSpan, useQueueCommand, useQueueHistory, useQueues } from "../rest/queues";
import { LimitsForm } from "./LimitsForm";
import { QueuePlots } from "./QueuePlots";

/** What waits and runs in an account's queues now. */
export default function QueuesPage() {
  const [query, change] = useAddressed();
  const account = accountOf(query);
  const queues = useQueues(account);
  const history = useQueueHistory(account).data;
  return (
    <VStack align="stretch" gap={4}>
      <AccountChoice account={account} onChange={(name) => change({ account: name })} />
      <Loaded of={queues}>
        {({ active, slots, limits, queues: found, warnings }) => (
          <>
            {warnings.map(({ code, message }) => (
              <Alert.Root key={code + message} status="warning">
                <Alert.Indicator />
                <Alert.Description>{message}</Alert.Description>
              </Alert.Root>
            ))}
            <Amount name={t("active")} value={active} limit={slots} />
            <SimpleGrid columns={{ base: 1, md: 2 }} gap={4}>
              {PRIORITIES.map((priority) => (
                <QueueCard key={priority} account={account} priority={priority} queue={found[priority]} spans={history?.queues[priority]} />
              ))}
            </SimpleGrid>
            <LimitsForm key={account} account={account} limits={limits} />
          </>
        )}
      </Loaded>
    </VStack>
  );
}

interface CardProps {
  account: string;
  priority: Priority;
  queue: Queue;
  spans: QueueSpan[] | undefined;
}

function QueueCard({ account, priority, queue, spans }: CardProps) {
  const command = useQueueCommand(account);
  const canChange = useAccount(account)?.can_change ?? false;
  const name = queue.paused ? "resume" : "pause";
  return (
    <Card.Root data-queue={priority}>
      <Card.Header>
        <HStack justify="space-between">
          <Heading as="h2" size="md">
            {t(priority)}
            {queue.paused && ` (${t("paused")})`}
          </Heading>
          <Button size="sm" variant="outline" disabled={!canChange} loading={command.isPending} onClick={() => command.mutate({ priority, command: name })}>
            {t(name)}
          </Button>
        </HStack>
      </Card.Header>
      <Card.Body gap={3}>
        {command.error && <Failure error={command.error} />}
        {queue.hold && (
          <Text>
            <ErrorText {...queue.hold} />
          </Text>
        )}
        <Amount name={t("active")} value={queue.active} limit={queue.active_limit} />
        <Amount name={t("queueWaiting")} value={queue.waiting} limit={queue.waiting_limit} />
        {queue.held > 0 && <Amount name={t("held")} value={queue.held} limit={null} />}
        {queue.oldest && (
          <Text>
            {t("oldest")}: {clock(between(queue.oldest, null))}
          </Text>
        )}
        {spans && <QueuePlots spans={spans} />}
        <CopyAs
          action={{
            method: "POST",
            url: address(`accounts/${account}/queues/${priority}/${name}`).href,
            cli: `media queues ${name} --account ${account} --priority ${priority}`,
          }}
        />
      </Card.Body>
    </Card.Root>
  );
}

function Amount({ name, value, limit }: { name: string; value: number; limit: number | null }) {
  return (
    <Box>
      <HStack justify="space-between">
        <Text>{name}</Text>
        <Text>
          <strong>{value}</strong> {limit !== null && t("limit", { limit })}
        </Text>
      </HStack>
      {limit !== null && (
        <Progress.Root value={Math.min(value, limit)} max={Math.max(1, limit)} size="xs" aria-label={name}>
          <Progress.Track>
            <Progress.Range />
          </Progress.Track>
        </Progress.Root>
      )}
    </Box>
  );
}
