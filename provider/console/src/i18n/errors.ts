import { useQuery } from "@tanstack/react-query";

import { textLanguage } from ".";

/** Per error code: what is wrong, and what to do next. */
export type ErrorTexts = Readonly<Record<string, readonly [title: string, advice: string]>>;

const LANGUAGES: Record<string, () => Promise<{ errors: ErrorTexts }>> = {
  ko: () => import("./errors.ko"),
  zh: () => import("./errors.zh"),
};

const loadErrors = async (): Promise<ErrorTexts> => (await LANGUAGES[textLanguage()]?.())?.errors ?? {};

/**
 * What an error code means in the person's language, once that is loaded.
 *
 * English has none: the server's own sentences are English, and name the values too.
 */
export function useErrorText(code: string | undefined): { title: string; advice: string } | undefined {
  const { data } = useQuery({ queryKey: ["error texts", textLanguage()], queryFn: loadErrors, staleTime: Infinity });
  const found = code === undefined ? undefined : data?.[code];
  return found && { title: found[0], advice: found[1] };
}
