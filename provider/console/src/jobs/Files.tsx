import { Heading, Table } from "@chakra-ui/react";

import { t } from "../i18n";
import { size } from "../parts/format";
import type { Job } from "../rest/jobs";
import { fileUrl } from "./fileUrl";

/** The published files of a job, each with its address. */
export function Files({ job }: { job: Job }) {
  return (
    <div>
      <Heading as="h3" size="md">
        {t("files")}
      </Heading>
      <Table.ScrollArea tabIndex={0} as="section" aria-label={t("files")}>
        <Table.Root size="sm">
          <Table.Header>
            <Table.Row>
              {(["output", "file", "kind", "size"] as const).map((name) => (
                <Table.ColumnHeader key={name}>{t(name)}</Table.ColumnHeader>
              ))}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {job.outputs.map((file) => (
              <Table.Row key={file.file}>
                <Table.Cell>{file.output}</Table.Cell>
                <Table.Cell>
                  <a href={fileUrl(job, file)}>{file.file}</a>
                </Table.Cell>
                <Table.Cell>{file.media_type}</Table.Cell>
                <Table.Cell whiteSpace="nowrap">{size(file.size)}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
    </div>
  );
}
