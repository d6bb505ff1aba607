import type { ReactNode } from "react";

import { Busy } from "./Busy";
import { Failure } from "./Failure";

interface Reading<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface Props<T> {
  of: Reading<T>;
  children: (data: T) => ReactNode;
}

/** Shows what has been read. A later reading that fails stands above it, so that a lost request takes no page away. */
export function Loaded<T>({ of: { data, error, refetch }, children }: Props<T>) {
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined ? !error && <Busy /> : children(data)}
    </>
  );
}
