import { Box, Image, Progress, Table, Text, VisuallyHidden } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { ROOT } from "../parts/root";
import { t } from "../i18n";
import { ErrorTitle } from "../parts/ErrorText";
import { between, clock, moment } from "../parts/format";
import { StateBadge } from "../parts/StateBadge";
import { address } from "../rest/client";
import { fileName, hasEnded, type Job } from "../rest/jobs";

interface Props {
  jobs: Job[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** Jobs as rows; each can be selected, and leads to its page. */
export function JobTable({ jobs, chosen, onChoose }: Props) {
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <Box as="section" overflowX="auto" tabIndex={0} aria-label={t("jobs")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            {(["selection", "picture"] as const).map((name) => (
              <Table.ColumnHeader key={name}>
                <VisuallyHidden>{t(name)}</VisuallyHidden>
              </Table.ColumnHeader>
            ))}
            {(["file", "workflow", "state", "progress", "priority", "submitted", "duration", "vmaf"] as const).map((name) => (
              <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} isChosen={chosen.has(job.id)} onChoose={(isChosen) => choose(job.id, isChosen)} />
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

function JobRow({ job, isChosen, onChoose }: { job: Job; isChosen: boolean; onChoose: (isChosen: boolean) => void }) {
  const name = fileName(job);
  return (
    <Table.Row data-job={job.id}>
      <Table.Cell>
        <input type="checkbox" aria-label={t("selectJob", { name })} checked={isChosen} onChange={({ target }) => onChoose(target.checked)} />
      </Table.Cell>
      <Table.Cell w="72px">
        {job.thumbnail && <Image src={address(`accounts/${job.account}/jobs/${job.id}/thumbnail`).href} alt="" h="36px" w="64px" maxW="none" objectFit="cover" loading="lazy" />}
      </Table.Cell>
      <Table.Cell>
        <NavLink to={`${ROOT}/jobs/${job.account}/${job.id}`}>{name}</NavLink>
      </Table.Cell>
      <Table.Cell>{job.workflow}</Table.Cell>
      <Table.Cell>
        <StateBadge state={job.state} />
      </Table.Cell>
      <Table.Cell>
        <JobStanding job={job} />
      </Table.Cell>
      <Table.Cell>{t(job.priority)}</Table.Cell>
      <Table.Cell whiteSpace="nowrap">{moment(job.submitted_at)}</Table.Cell>
      <Table.Cell>{job.started_at && (hasEnded(job) ? job.ended_at : true) && clock(between(job.started_at, job.ended_at))}</Table.Cell>
      <Table.Cell textAlign="end">{typeof job.vmaf === "number" && job.vmaf.toFixed(1)}</Table.Cell>
    </Table.Row>
  );
}

/** How far a job is: its place in the queue, its progress, or why it failed. */
export function JobStanding({ job }: { job: Job }) {
  if (job.hold) return <ErrorTitle {...job.hold} />;
  if (job.position !== null && job.position !== undefined) return <Text>{t("place", { position: job.position })}</Text>;
  if (job.errors[0]) return <ErrorTitle {...job.errors[0]} />;
  if (!job.progress || hasEnded(job)) return null;
  const { percent, stage, speed, eta } = job.progress;
  const label = t("percentOf", { percent: Math.floor(percent), stage });
  return (
    <Progress.Root value={percent} size="xs" minW="8rem" aria-label={label}>
      <Progress.Track>
        <Progress.Range />
      </Progress.Track>
      <Text fontSize="xs">
        {label}
        {speed && eta !== null && ` · ${t("speedEta", { speed: speed.toFixed(1), eta: clock(eta) })}`}
      </Text>
    </Progress.Root>
  );
}
