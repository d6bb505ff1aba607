import { Button, HStack, Text, VStack } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../i18n";
import { AccountChoice } from "../parts/AccountChoice";
import { Loaded } from "../parts/Loaded";
import { accountOf, useAddressed } from "../parts/query";
import { useJobs } from "../rest/jobs";
import { JobFilters } from "./JobFilters";
import { JobTable } from "./JobTable";
import { JobToolbar } from "./JobToolbar";
import { UploadArea } from "./UploadArea";

const FILTERS = ["state", "priority", "workflow", "text", "submitted_after", "cursor"];

/** All jobs of an account, newest first. */
export function JobsPage() {
  const [query, change] = useAddressed();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const account = accountOf(query);
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined]));
  const reading = useJobs(account, wanted);
  const { data } = reading;
  const selected = data?.jobs.filter(({ id }) => chosen.has(id)) ?? [];
  return (
    <VStack align="stretch" gap={4}>
      <UploadArea account={account} />
      <HStack wrap="wrap" align="end" gap={3}>
        <AccountChoice account={account} onChange={(name) => change({ account: name, cursor: "" })} />
        <JobFilters account={account} query={query} onChange={(changes) => change({ ...changes, cursor: "" })} />
      </HStack>
      <JobToolbar selected={selected} onDone={() => setChosen(new Set())} />
      <Loaded of={reading}>{({ jobs }) => <JobTable jobs={jobs} chosen={chosen} onChoose={setChosen} />}</Loaded>
      {data?.jobs.length === 0 && <Text>{t("noJobs")}</Text>}
      <HStack>
        {query.has("cursor") && (
          <Button size="sm" variant="outline" onClick={() => change({ cursor: "" })}>
            {t("newest")}
          </Button>
        )}
        {data?.next && (
          <Button size="sm" variant="outline" onClick={() => change({ cursor: data.next ?? "" })}>
            {t("older")}
          </Button>
        )}
      </HStack>
    </VStack>
  );
}
