import { useState } from "react";
import { useParams } from "react-router-dom";

import { Busy } from "../parts/Busy";
import { Failure } from "../parts/Failure";
import { useAddressed } from "../parts/query";
import { type Definition, useDefinition } from "../rest/definitions";
import { RestError } from "../rest/client";
import { useMachine } from "../rest/machines";
import { Workbench } from "./designer/Workbench";

const EMPTY = '{\n  "StartAt": "",\n  "States": {}\n}\n';

/** The designer of a new state machine, of a copy of another one, or of the one in the page's address. */
export default function DesignerPage() {
  const { machine } = useParams();
  const [query] = useAddressed();
  const from = query.get("from");
  if (machine !== undefined) return <Existing key={machine} name={machine} />;
  return from ? <Copy key={`copy of ${from}`} of={from} /> : <Workbench key="new" opened={undefined} text={EMPTY} settings="" onReload={() => undefined} />;
}

function Copy({ of }: { of: string }) {
  const { data, error, refetch } = useDefinition("state-machines", of);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Busy />;
  return <Workbench opened={undefined} text={data.text} settings={data.settings} onReload={() => undefined} />;
}

function Existing({ name }: { name: string }) {
  const { data, error, refetch, isFetchedAfterMount } = useDefinition("state-machines", name);
  const [reloads, setReloads] = useState(0);
  const isWithoutStore = error instanceof RestError && error.code === "definitions_unavailable";
  if (isWithoutStore) return <FromFiles name={name} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  // What another page has read may have been saved over since.
  if (!data || !isFetchedAfterMount) return <Busy />;
  const reload = () => void refetch().then(() => setReloads(reloads + 1));
  return <Workbench key={reloads} opened={data} text={data.text} settings={data.settings} onReload={reload} />;
}

/** A machine where nothing can be saved: it is shown, tested and exported. */
function FromFiles({ name }: { name: string }) {
  const { data, error, refetch } = useMachine(name);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Busy />;
  const opened: Definition = { kind: "state-machines", name, status: "published", origin: "files", can_change: false, text: data.definition, settings: "" };
  return <Workbench opened={opened} text={data.definition} settings="" onReload={() => undefined} />;
}
