import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { useDebounced } from "../../parts/useDebounced";
import { whileBusy } from "../../rest/busy";
import { change } from "../../rest/client";
import type { Diagnostic } from "../../rest/definitions";

const PAUSE = 400;

/** What the server says of the definition and its settings, shortly after each change. */
export function useChecks(text: string, settings: string, name: string) {
  const wanted = useMemo(() => ({ text, settings, ...(name && { name }) }), [text, settings, name]);
  const asked = useDebounced(wanted, PAUSE);
  const { data, error } = useQuery({
    queryKey: ["definition check", "state-machines", asked],
    queryFn: () => change<{ diagnostics: Diagnostic[] }>("POST", "definitions/state-machines/check", asked),
    placeholderData: keepPreviousData,
    gcTime: 0,
    ...whileBusy,
  });
  const diagnostics = data?.diagnostics;
  return useMemo(() => {
    const found = diagnostics ?? [];
    const isOfSettings = ({ part }: Diagnostic) => part === "settings";
    return { diagnostics: found, error, marks: found.filter((each) => !isOfSettings(each)), settingsMarks: found.filter(isOfSettings) };
  }, [diagnostics, error]);
}
