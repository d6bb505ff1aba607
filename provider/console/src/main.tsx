import { ChakraProvider, defaultSystem } from "@chakra-ui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { useRevalidator } from "react-router-dom";

import { App } from "./App";
import { RunTab } from "./jobs/RunTab";
import { Busy } from "./parts/Busy";
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

/**
 * Registers an app under the name by which Airflow looks for it.
 *
 * Airflow first shows an app from within the loading of its bundle. When it draws the page again, it finds the app by its
 * name, shows that one instead, and all that a person has written until then would be lost. So the first one only makes
 * Airflow draw again. A revalidation does that wherever the router is by then: a person may be on the way to another page.
 */
function register(name: string, Console: ComponentType<Place>) {
  let isFound = false;
  function First(place: Place) {
    const [isKept, setKept] = useState(false);
    const { revalidate } = useRevalidator();
    useEffect(() => {
      if (isFound) return;
      isFound = true;
      Object.assign(globalThis, { [name]: Console });
      void revalidate().then(() => setKept(true));
    }, [revalidate]);
    return isKept ? <Console {...place} /> : inAirflow(<Busy />);
  }
  Object.assign(globalThis, { [name]: First });
}

register("Media", ({ dagId, runId }) => inAirflow(dagId && runId ? <RunTab dagId={dagId} runId={runId} /> : <App />));
register("Media jobs", () => inAirflow(<Strip />));
