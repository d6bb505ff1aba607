import { useState } from "react";
import { useParams } from "react-router-dom";

import { Busy } from "../parts/Busy";
import { Loaded } from "../parts/Loaded";
import { useAddressed } from "../parts/query";
import { useDefinition } from "../rest/definitions";
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
  const original = useDefinition("state-machines", of);
  return <Loaded of={original}>{({ text, settings }) => <Workbench opened={undefined} text={text} settings={settings} onReload={() => undefined} />}</Loaded>;
}

function Existing({ name }: { name: string }) {
  const reading = useDefinition("state-machines", name);
  const { error, refetch, isFetchedAfterMount } = reading;
  const [reloads, setReloads] = useState(0);
  const isWithoutStore = error instanceof RestError && error.code === "definitions_unavailable";
  if (isWithoutStore) return <FromFiles name={name} />;
  // What another page has read may have been saved over since.
  if (!isFetchedAfterMount) return <Busy />;
  const reload = () => void refetch().then(() => setReloads(reloads + 1));
  return (
    <Loaded of={reading}>{(opened) => <Workbench key={reloads} opened={opened} text={opened.text} settings={opened.settings} onReload={reload} />}</Loaded>
  );
}

/** A machine where nothing can be saved: it is shown, tested and exported. */
function FromFiles({ name }: { name: string }) {
  const opened = { kind: "state-machines", name, status: "published", origin: "files", can_change: false, settings: "" } as const;
  return (
    <Loaded of={useMachine(name)}>
      {({ definition: text }) => <Workbench opened={{ ...opened, text }} text={text} settings="" onReload={() => undefined} />}
    </Loaded>
  );
}
