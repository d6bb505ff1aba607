import { Field, Input } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import { stateName } from "../parts/StateBadge";
import { JOB_STATES, PRIORITIES } from "../rest/jobs";
import { useWorkflows } from "../rest/workflows";

const PAUSE = 300; // milliseconds after the last letter before the jobs are asked for

interface Props {
  account: string;
  query: URLSearchParams;
  onChange: (changes: Record<string, string>) => void;
}

/** The filters of the list of jobs. */
export function JobFilters({ account, query, onChange }: Props) {
  const { data } = useWorkflows(account);
  const value = (name: string) => query.get(name) ?? "";
  const workflows = (data?.workflows ?? []).map(({ name }) => ({ value: name, label: name }));
  const states = JOB_STATES.map((state) => ({ value: state, label: stateName(state) }));
  const priorities = PRIORITIES.map((priority) => ({ value: priority, label: t(priority) }));
  return (
    <>
      <Choice label={t("state")} value={value("state")} options={states} onChange={(state) => onChange({ state })} />
      <Choice label={t("workflow")} value={value("workflow")} options={workflows} onChange={(workflow) => onChange({ workflow })} />
      <Choice label={t("priority")} value={value("priority")} options={priorities} onChange={(priority) => onChange({ priority })} />
      <TextFilter value={value("text")} onChange={(text) => onChange({ text })} />
      <SinceFilter value={value("submitted_after")} onChange={(time) => onChange({ submitted_after: time })} />
    </>
  );
}

function TextFilter({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Field.Root w="auto">
      <Field.Label>{t("text")}</Field.Label>
      <Input size="sm" type="search" value={typed} onChange={({ target }) => setTyped(target.value)} />
    </Field.Root>
  );
}

function SinceFilter({ value, onChange }: { value: string; onChange: (time: string) => void }) {
  return (
    <Field.Root w="auto">
      <Field.Label>{t("submittedAfter")}</Field.Label>
      <Input
        size="sm"
        type="datetime-local"
        value={value && localTime(new Date(value))}
        onChange={({ target }) => onChange(target.value && new Date(target.value).toISOString())}
      />
    </Field.Root>
  );
}

/** Writes a moment as an input of type datetime-local holds it. */
function localTime(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, "2026-12-01T10:00".length);
}
