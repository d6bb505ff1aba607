import { Box, HStack, Image, Spinner, Text } from "@chakra-ui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { t } from "../../i18n";
import { Choice } from "../../parts/Choice";
import { Failure } from "../../parts/Failure";
import { clock } from "../../parts/format";
import { useDebounced } from "../../parts/useDebounced";
import { type Plan, picture } from "../../rest/trials";

const PICTURELESS = new Set(["probe_report", "waveform"]);
const PAUSE = 400;

/** The picture of an output at a chosen moment, made by the product's own filters; it follows changes of the text. */
export function PictureTrial({ account, text, source, outputs, plan }: { account: string; text: string; source: string; outputs: string[]; plan: Plan }) {
  const names = outputs.filter((name) => !PICTURELESS.has(plan.outputs.find((each) => each.name === name)?.kind ?? ""));
  const [chosen, setChosen] = useState("");
  const duration = Number(plan.source.duration ?? 0);
  const [at, setAt] = useState(duration / 3);
  const output = names.includes(chosen) ? chosen : (names[0] ?? "");
  const wanted = useDebounced(at, PAUSE);
  const { data, error, isFetching } = useQuery({
    queryKey: ["picture", account, text, source, output, wanted],
    queryFn: () => picture(account, { text, source, output, at: wanted }),
    enabled: output !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
    staleTime: Infinity,
  });
  if (output === "") return null;
  return (
    <Box>
      <HStack wrap="wrap" align="end" gap={4}>
        <Choice label={t("output")} any={false} value={output} options={names.map((name) => ({ value: name, label: name }))} onChange={setChosen} />
        <Box flex="1 1 200px">
          <Text as="label" fontSize="sm">
            {t("editorMoment")}: {clock(at)}
            <input type="range" min={0} max={duration} step={0.1} value={at} style={{ width: "100%" }} onChange={({ target }) => setAt(Number(target.value))} />
          </Text>
        </Box>
        {isFetching && <Spinner size="sm" />}
      </HStack>
      {error && <Failure error={error} />}
      {data && !error && <Picture blob={data} label={t("editorPictureOf", { output, at: clock(wanted) })} />}
    </Box>
  );
}

function Picture({ blob, label }: { blob: Blob; label: string }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    image.current!.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return <Image ref={image} alt={label} mt={2} maxH="40vh" maxW="100%" borderRadius="md" data-testid="trial" />;
}
