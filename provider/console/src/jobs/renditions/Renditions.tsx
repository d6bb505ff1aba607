import { Box, Table } from "@chakra-ui/react";

import { t } from "../../i18n";
import { bitRate } from "../../parts/format";
import { Loaded } from "../../parts/Loaded";
import { type Rendition, useRenditions } from "../../rest/jobPages";
import type { Job } from "../../rest/jobs";
import { colourOf } from "./lines";
import { ratesOf, roundUp, stepsOf } from "./plot";
import { HEIGHT, PlotFrame, WIDTH } from "./PlotFrame";

const nameOf = ({ path }: Rendition): string => path.split("/").slice(-2, -1)[0] ?? path;

/** The bit rate of each rendition over time, as a plot and as a table. */
export function Renditions({ job }: { job: Job }) {
  return <Loaded of={useRenditions(job)}>{({ renditions }) => renditions.length > 0 && <Measured job={job} renditions={renditions} />}</Loaded>;
}

function Measured({ job, renditions }: { job: Job; renditions: Rendition[] }) {
  return (
    <Box as="section" aria-label={t("jobBitRates")} mt={3} maxW="860px">
      <Plot renditions={renditions} />
      <Rates job={job} renditions={renditions} />
    </Box>
  );
}

function Plot({ renditions }: { renditions: Rendition[] }) {
  const all = renditions.flatMap(({ segments }) => segments);
  const duration = Math.max(...all.map(({ at, seconds }) => at + seconds));
  const top = roundUp(ratesOf(all).peak);
  const lines = renditions.map(({ path, segments }) => ({ key: path, path: stepsOf(segments, duration, top, WIDTH, HEIGHT) }));
  return <PlotFrame top={bitRate(top)} duration={duration} lines={lines} />;
}

function Rates({ renditions, job }: { renditions: Rendition[]; job: Job }) {
  const files = job.outputs.filter(({ media_type: type, facts }) => /^(video|audio)\//.test(type) && typeof facts?.["bit_rate"] === "number");
  return (
    <Table.ScrollArea as="section" tabIndex={0} aria-label={t("jobRates")}>
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{t("output")}</Table.ColumnHeader>
            <Table.ColumnHeader textAlign="end">{t("jobMeanRate")}</Table.ColumnHeader>
            <Table.ColumnHeader textAlign="end">{t("jobPeakRate")}</Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {renditions.map((rendition, index) => (
            <Table.Row key={rendition.path}>
              <Table.Cell>
                <Box as="span" display="inline-block" w="1rem" h="3px" mr={2} verticalAlign="middle" bg={colourOf(index)} />
                {`${rendition.output} · ${nameOf(rendition)}`}
              </Table.Cell>
              <Table.Cell textAlign="end">{bitRate(ratesOf(rendition.segments).mean)}</Table.Cell>
              <Table.Cell textAlign="end">{bitRate(ratesOf(rendition.segments).peak)}</Table.Cell>
            </Table.Row>
          ))}
          {files.map(({ uri, output, facts }) => (
            <Table.Row key={uri}>
              <Table.Cell>{output}</Table.Cell>
              <Table.Cell textAlign="end">{bitRate(Number(facts?.["bit_rate"]))}</Table.Cell>
              <Table.Cell />
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
}
