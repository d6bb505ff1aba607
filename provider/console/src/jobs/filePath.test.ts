import { expect, test } from "vitest";

import { filePath } from "./filePath";

const MANIFEST = "s3://out/vod/.media/jobs/17/manifest.json";

test.each([
  ["s3://out/vod/a/stream/master.m3u8", "a/stream/master.m3u8"],
  ["s3://out/vod/a film/#1.jpg", "a%20film/%231.jpg"],
  ["s3://out/vod/a%20film/1.jpg", "a%20film/1.jpg"],
  ["s3://out/vod/100%.jpg", "100%25.jpg"],
])("path of %s is %s", (uri, path) => expect(filePath(uri, MANIFEST)).toBe(path));
