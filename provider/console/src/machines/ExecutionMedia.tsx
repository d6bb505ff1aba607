import { HStack, Image } from "@chakra-ui/react";

import { t } from "../i18n";
import { executionFile } from "../rest/machines";

const FILM = /\.(mp4|m4v|webm|mov)$/i;
const SOUND = /\.(mp3|m4a|aac|ogg|opus|wav|flac)$/i;

const baseName = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1);

/** Pictures, films and sounds that tasks of an execution have made. */
export function ExecutionMedia({ machine, execution, uris }: { machine: string; execution: string; uris: string[] }) {
  if (uris.length === 0) return null;
  return (
    <HStack as="section" aria-label={t("executionMedia")} wrap="wrap" gap={3}>
      {uris.map((uri) => (
        <Media key={uri} url={executionFile(machine, execution, uri)} name={baseName(uri)} />
      ))}
    </HStack>
  );
}

function Media({ url, name }: { url: string; name: string }) {
  // Captions are within the film; hardly any preview has a track of its own.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  if (FILM.test(name)) return <video controls playsInline src={url} aria-label={name} style={{ maxHeight: "18rem", maxWidth: "100%", background: "black" }} />;
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  if (SOUND.test(name)) return <audio controls src={url} aria-label={name} />;
  return (
    <a href={url}>
      <Image src={url} alt={name} maxH="18rem" loading="lazy" />
    </a>
  );
}
