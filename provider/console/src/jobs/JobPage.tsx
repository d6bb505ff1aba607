import { Button, DataList, Heading, HStack, Image, SimpleGrid, Text, VStack } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import { useParams } from "react-router-dom";

import { t } from "../i18n";
import { Busy } from "../parts/Busy";
import type { Action } from "../parts/copies";
import { CopyAs } from "../parts/CopyAs";
import { Failure } from "../parts/Failure";
import { between, clock, moment } from "../parts/format";
import { Loaded } from "../parts/Loaded";
import { StateBadge } from "../parts/StateBadge";
import { Unfold } from "../parts/Unfold";
import { address } from "../rest/client";
import { fileName, hasEnded, type Job, useJob, useJobCommand } from "../rest/jobs";
import { Announcements } from "./Announcements";
import { choicesOf } from "./compare/choices";
import { Files } from "./Files";
import { fileUrl } from "./fileUrl";
import { JobErrors } from "./JobErrors";
import { JobStanding } from "./JobTable";
import { QualityOfVideos } from "./renditions/QualityOfVideos";
import { Renditions } from "./renditions/Renditions";
import { Timeline } from "./Timeline";
import { FrozenWorkflow, Verification } from "./Verification";

const Player = lazy(() => import("./player/Player"));
const Changes = lazy(() => import("./Changes"));
const Compare = lazy(() => import("./compare/Compare"));
const SHOWN_PICTURES = 24;

/** The page of one job. */
export default function JobPage() {
  const { account = "", id = "" } = useParams();
  return <JobDetails account={account} id={id} />;
}

/** All that is known of a job. */
export function JobDetails({ account, id }: { account: string; id: string }) {
  return <Loaded of={useJob(account, id)}>{(job) => <Details job={job} />}</Loaded>;
}

function Details({ job }: { job: Job }) {
  return (
    <VStack align="stretch" gap={5}>
      <JobHeader job={job} />
      <JobErrors job={job} />
      <Media job={job} />
      {job.state === "succeeded" && choicesOf(job.outputs, job.manifest ?? "").length > 0 && (
        <Unfold title={t("jobCompare")}>
          <Suspense fallback={<Busy />}>
            <Compare job={job} />
          </Suspense>
        </Unfold>
      )}
      <Facts job={job} />
      <Timeline job={job} />
      <Verification job={job} />
      {job.state === "succeeded" && (
        <Unfold title={t("jobBitRates")}>
          <Renditions job={job} />
        </Unfold>
      )}
      {job.quality && job.quality.length > 0 && (
        <Unfold title={t("jobQuality")}>
          <QualityOfVideos job={job} measured={job.quality} />
        </Unfold>
      )}
      <Unfold title={t("jobAnnouncements")}>
        <Announcements job={job} />
      </Unfold>
      <FrozenWorkflow job={job} />
      <Unfold title={t("jobChanges")}>
        <Suspense fallback={<Busy />}>
          <Changes job={job} />
        </Suspense>
      </Unfold>
      <Notes job={job} />
      {job.outputs.length > 0 && <Files job={job} />}
    </VStack>
  );
}

function JobHeader({ job }: { job: Job }) {
  const command = useJobCommand();
  const name = hasEnded(job) ? "retry" : "cancel";
  const { href } = address(`accounts/${job.account}/jobs/${job.id}`);
  const action: Action =
    job.state === "succeeded"
      ? { method: "GET", url: href, cli: `media status ${job.id} --account ${job.account}` }
      : { method: "POST", url: `${href}/${name}`, cli: `media ${name} ${job.id} --account ${job.account}` };
  return (
    <>
      <HStack wrap="wrap" gap={4}>
        <Heading as="h2" size="lg">
          {fileName(job)}
        </Heading>
        <StateBadge state={job.state} />
        <JobStanding job={job} />
        {job.state !== "succeeded" && (
          <Button size="sm" variant="outline" loading={command.isPending} onClick={() => command.mutate({ jobs: [job], command: name })}>
            {t(name)}
          </Button>
        )}
        <CopyAs action={action} />
      </HStack>
      {command.error && <Failure error={command.error} />}
    </>
  );
}

function Media({ job }: { job: Job }) {
  const films = job.outputs.filter(({ media_type: type }) => type === "application/vnd.apple.mpegurl" || type.startsWith("video/mp4"));
  const film = films.find(({ file }) => file.endsWith("master.m3u8")) ?? films.find(({ media_type: type }) => type === "video/mp4");
  const pictures = job.outputs.filter(({ media_type: type }) => type.startsWith("image/")).slice(0, SHOWN_PICTURES);
  if (job.state !== "succeeded") return null;
  return (
    <>
      <Suspense fallback={<Busy />}>{film ? <Player job={job} film={film} /> : <Text>{t("noPlayback")}</Text>}</Suspense>
      {pictures.length > 0 && (
        <section aria-label={t("pictures")}>
          <SimpleGrid columns={{ base: 2, md: 4, xl: 6 }} gap={3}>
            {pictures.map((file) => (
              <figure key={file.file}>
                <a href={fileUrl(job, file)}>
                  <Image src={fileUrl(job, file)} alt={file.file} loading="lazy" maxH="160px" />
                </a>
                <Text as="figcaption" fontSize="xs">
                  {file.output}
                </Text>
              </figure>
            ))}
          </SimpleGrid>
        </section>
      )}
    </>
  );
}

function Facts({ job }: { job: Job }) {
  const facts: Array<[string, string | false | null]> = [
    [t("source"), job.source],
    [t("output"), job.output],
    [t("workflow"), job.workflow],
    [t("priority"), t(job.priority)],
    [t("submitted"), moment(job.submitted_at)],
    [t("started"), job.started_at && moment(job.started_at)],
    [t("ended"), job.ended_at && moment(job.ended_at)],
    [t("duration"), job.started_at && clock(between(job.started_at, job.ended_at))],
    [t("manifest"), job.manifest],
  ];
  return (
    <DataList.Root orientation="horizontal" size="sm">
      {facts.map(
        ([name, value]) =>
          value && (
            <DataList.Item key={name}>
              <DataList.ItemLabel>{name}</DataList.ItemLabel>
              <DataList.ItemValue wordBreak="break-all">{value}</DataList.ItemValue>
            </DataList.Item>
          ),
      )}
    </DataList.Root>
  );
}

function Notes({ job }: { job: Job }) {
  const notes = [...job.warnings, ...job.left_out.map((part) => Object.values(part).join(": "))];
  if (notes.length === 0) return null;
  return (
    <section aria-label={t("warnings")}>
      <Heading as="h3" size="md">
        {t("warnings")}
      </Heading>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
