import { Box, Table } from "@chakra-ui/react";

import { t } from "../../i18n";
import { Loaded } from "../../parts/Loaded";
import { type QualityOverTime, useQuality } from "../../rest/jobPages";
import type { Job, Quality } from "../../rest/jobs";
import { colourOf } from "./lines";
import { floorOf, lineOf } from "./plot";
import { HEIGHT, PlotFrame, WIDTH } from "./PlotFrame";

type Video = Pick<Quality, "output" | "rendition">;

const nameOf = ({ output, rendition }: Video): string => (output === rendition ? output : `${output} · ${rendition}`);

/** The VMAF of each measured video over time, as a plot, and pooled, as a table. */
export function QualityOfVideos({ job, measured }: { job: Job; measured: Quality[] }) {
  return (
    <Box as="section" aria-label={t("jobQuality")} mt={3} maxW="860px">
      <Loaded of={useQuality(job)}>{({ renditions }) => <Plot renditions={renditions} />}</Loaded>
      <Scores measured={measured} />
    </Box>
  );
}

function Plot({ renditions }: { renditions: QualityOverTime[] }) {
  const all = renditions.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const duration = Math.max(...all.map(({ at }) => at));
  const floor = floorOf(all);
  const lines = renditions.map((video) => ({ key: nameOf(video), path: lineOf(video.points, duration, floor, WIDTH, HEIGHT) }));
  return <PlotFrame top="VMAF 100" bottom={String(floor)} duration={duration} lines={lines} />;
}

function Scores({ measured }: { measured: Quality[] }) {
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("jobQualities")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{t("output")}</Table.ColumnHeader>
            {(["jobMeanVmaf", "jobHarmonicVmaf", "jobPercentileVmaf", "jobWorstVmaf"] as const).map((name) => (
              <Table.ColumnHeader key={name} textAlign="end">
                {t(name)}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {measured.map((video, index) => (
            <Table.Row key={nameOf(video)}>
              <Table.Cell>
                <Box as="span" display="inline-block" w="1rem" h="3px" mr={2} verticalAlign="middle" bg={colourOf(index)} />
                {nameOf(video)}
                {video.is_sampled && ` (${t("jobSampled")})`}
              </Table.Cell>
              {[video.mean, video.harmonic_mean, video.first_percentile, video.minimum].map((score, column) => (
                <Table.Cell key={column} textAlign="end">
                  {score.toFixed(1)}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}
