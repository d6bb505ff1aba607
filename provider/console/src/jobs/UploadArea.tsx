import { Box, Button, HStack, Progress, Text } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { useAccount } from "../rest/accounts";
import { address } from "../rest/client";
import { PRIORITIES, type Priority, submit, upload } from "../rest/jobs";
import { useWorkflows } from "../rest/workflows";

/** A place where a file is dropped; it is uploaded and becomes a job. */
export function UploadArea({ account }: { account: string }) {
  const [file, setFile] = useState<File>();
  const found = useAccount(account);
  if (!found?.can_change || !found.takes_uploads) return null;
  return (
    <Box
      borderWidth="1px"
      borderStyle="dashed"
      borderRadius="md"
      p={3}
      data-testid="upload"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setFile(event.dataTransfer.files[0]);
      }}
    >
      <label>
        {t("drop")}{" "}
        <input key={file?.name ?? ""} type="file" accept="video/*,audio/*,.mkv,.mxf" onChange={({ target }) => setFile(target.files?.[0])} />
      </label>
      {file && <UploadForm account={account} file={file} onDone={() => setFile(undefined)} />}
    </Box>
  );
}

function UploadForm({ account, file, onDone }: { account: string; file: File; onDone: () => void }) {
  const queries = useQueryClient();
  const { data } = useWorkflows(account);
  const [workflow, setWorkflow] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const [percent, setPercent] = useState(0);
  const body = (source: string) => ({ source, priority, ...(workflow && { workflow }) });
  const sending = useMutation({
    mutationFn: async () => submit(account, body(await upload(account, file, setPercent))),
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
  const workflows = (data?.workflows ?? []).map(({ name }) => ({ value: name, label: name }));
  const priorities = PRIORITIES.map((name) => ({ value: name, label: t(name) }));
  const action = {
    method: "POST" as const,
    url: address(`accounts/${account}/ingest-requests`).href,
    body: body(`s3://…/${file.name}`),
    cli: `media submit 's3://…/${file.name}' --account ${account} --priority ${priority}${workflow && ` --workflow ${workflow}`}`,
  };
  return (
    <Box mt={3}>
      <HStack align="end" wrap="wrap" gap={3}>
        <Text fontWeight="bold">{file.name}</Text>
        <Choice label={t("chooseWorkflow")} value={workflow} options={workflows} onChange={setWorkflow} />
        <Choice label={t("priority")} any={false} value={priority} options={priorities} onChange={(name) => setPriority(name as Priority)} />
        <Button size="sm" loading={sending.isPending} onClick={() => sending.mutate()}>
          {t("submit")}
        </Button>
        <Button size="sm" variant="outline" disabled={sending.isPending} onClick={onDone}>
          {t("cancel")}
        </Button>
        <CopyAs action={action} />
      </HStack>
      {sending.isPending && (
        <Progress.Root value={percent} size="sm" mt={2} aria-label={t("uploading", { name: file.name, percent })}>
          <Progress.Track>
            <Progress.Range />
          </Progress.Track>
          <Text fontSize="xs">{t("uploading", { name: file.name, percent })}</Text>
        </Progress.Root>
      )}
      {sending.error && <Failure error={sending.error} />}
    </Box>
  );
}
