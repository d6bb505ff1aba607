/**
 * Returns the path of a published file below the job's output location, encoded for an address.
 *
 * @param uri URI of the file.
 * @param manifest URI of the job's manifest, which lies below the same location.
 */
export function filePath(uri: string, manifest: string): string {
  const path = uri.slice(manifest.indexOf(".media/jobs/"));
  return path.split("/").map((part) => encodeURIComponent(decoded(part))).join("/");
}

/** URIs may hold a percent sign that encodes nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
