import { useCallback } from "react";
import { useSearchParams } from "react-router-dom";

/** The filters of a page in its address, so that a link to the page shows the same. */
export function useAddressed(): [URLSearchParams, (changes: Record<string, string>) => void] {
  const [query, setQuery] = useSearchParams();
  const change = useCallback(
    (changes: Record<string, string>) =>
      setQuery(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setQuery],
  );
  return [query, change];
}

/** The account of a page. */
export const accountOf = (query: URLSearchParams): string => query.get("account") ?? "default";
