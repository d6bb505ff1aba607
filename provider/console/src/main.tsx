import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { App } from "./App";
import { RunTab } from "./jobs/RunTab";
import { Strip } from "./queues/Strip";

/** What Airflow says of the place where it shows the console: nothing in the navigation, the run on a run's tab. */
export interface Place {
  dagId?: string;
  runId?: string;
}

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 1_000 } } });

function inAirflow(page: ReactNode) {
  return (
    <ChakraProvider value={globalThis.ChakraUISystem ?? defaultSystem}>
      <QueryClientProvider client={queries}>{page}</QueryClientProvider>
    </ChakraProvider>
  );
}

// Airflow looks for an app under its own name, which it finds again without loading the bundle a second time.
Object.assign(globalThis, {
  Media: ({ dagId, runId }: Place) => inAirflow(dagId && runId ? <RunTab dagId={dagId} runId={runId} /> : <App />),
  "Media jobs": () => inAirflow(<Strip />),
});
