import { Box, Button, Heading, HStack, Input, Text, VStack } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { t } from "../../i18n";
import { AccountChoice } from "../../parts/AccountChoice";
import { CopyAs } from "../../parts/CopyAs";
import { Failure } from "../../parts/Failure";
import { accountOf, useAddressed } from "../../parts/query";
import { useAccount } from "../../rest/accounts";
import { address } from "../../rest/client";
import { upload } from "../../rest/jobs";
import { plan } from "../../rest/trials";
import { PlanTable } from "./PlanTable";
import { PictureTrial } from "./PictureTrial";

/** Shows what the workflow, as it is written now, would make of a source: its plan, and pictures of its outputs. */
export function TryIt({ text, outputs, onClose }: { text: string; outputs: string[]; onClose: () => void }) {
  const [query, change] = useAddressed();
  const account = accountOf(query);
  const [source, setSource] = useState("");
  const [percent, setPercent] = useState(0);
  const found = useAccount(account);
  const planning = useMutation({ mutationFn: (uri: string) => plan(account, { text, source: uri }) });
  const sending = useMutation({
    mutationFn: (file: File) => upload(account, file, setPercent),
    onSuccess: (uri) => {
      setSource(uri);
      planning.mutate(uri);
    },
  });
  const take = (file: File | undefined) => file && sending.mutate(file);
  return (
    <Box
      as="section"
      aria-label={t("editorTry")}
      data-testid="try"
      borderWidth="1px"
      borderRadius="md"
      p={3}
      maxH={{ xl: "58vh" }}
      overflow="auto"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      <HStack justify="space-between">
        <Heading as="h3" size="sm">
          {t("editorTryTitle")}
        </Heading>
        <Button size="xs" variant="ghost" onClick={onClose}>
          {t("editorClose")}
        </Button>
      </HStack>
      <VStack align="stretch" gap={3} mt={2}>
        <HStack wrap="wrap" align="end">
          <AccountChoice account={account} onChange={(name) => change({ account: name })} />
          <Input flex="1 1 220px" size="sm" aria-label={t("editorSource")} placeholder="s3://…/film.mp4" value={source} onChange={({ target }) => setSource(target.value)} />
          <Button size="sm" disabled={source === ""} loading={planning.isPending} onClick={() => planning.mutate(source)}>
            {t("editorPlan")}
          </Button>
        </HStack>
        {found?.takes_uploads && (
          <Text as="label" fontSize="sm">
            {t("drop")}{" "}
            <input type="file" accept="video/*,audio/*,.mkv,.mxf" disabled={sending.isPending} onChange={({ target }) => take(target.files?.[0])} />
          </Text>
        )}
        {sending.isPending && <Text fontSize="sm">{t("uploading", { name: sending.variables.name, percent })}</Text>}
        {sending.error && <Failure error={sending.error} />}
        {planning.error && <Failure error={planning.error} />}
        {planning.data && <PlanTable plan={planning.data} />}
        {planning.data && <PictureTrial account={account} text={text} source={planning.variables} outputs={outputs} plan={planning.data} />}
        <CopyAs action={{ method: "POST", url: address(`accounts/${account}/plans`).href, body: { text, source } }} />
      </VStack>
    </Box>
  );
}
