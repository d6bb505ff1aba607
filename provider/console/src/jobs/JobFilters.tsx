import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import { MomentFilter, TextFilter } from "../parts/filters";
import { stateName } from "../parts/StateBadge";
import { JOB_STATES, PRIORITIES } from "../rest/jobs";
import { useWorkflows } from "../rest/workflows";

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
      <TextFilter label={t("text")} value={value("text")} onChange={(text) => onChange({ text })} />
      <MomentFilter label={t("submittedAfter")} value={value("submitted_after")} onChange={(time) => onChange({ submitted_after: time })} />
    </>
  );
}
