import { address } from "../rest/client";
import type { Job, PublishedFile } from "../rest/jobs";
import { filePath } from "./filePath";

/** Returns the address at which a published file is read with the rights of its job. */
export const fileUrl = (job: Job, file: PublishedFile): string =>
  address(`accounts/${job.account}/jobs/${job.id}/files/${filePath(file.uri, job.manifest ?? "")}`).href;
