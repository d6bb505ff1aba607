import type { Visit } from "../rest/machines";

/** One iteration of a Map state, with the visits of the states in it. */
export interface Iteration {
  number: number;
  status: string;
  visits: Visit[];
}

const WORST = ["failed", "aborted", "running", "caught", "succeeded"];

/** Returns the iterations of a Map state in their order, each with the worst status of its visits. */
export function iterationsOf(visits: Visit[], map: string): Iteration[] {
  const found = new Map<number, Visit[]>();
  for (const visit of visits) {
    const number = visit.iterations[visit.maps.indexOf(map)];
    if (number !== undefined) found.set(number, [...(found.get(number) ?? []), visit]);
  }
  return [...found]
    .toSorted(([one], [other]) => one - other)
    .map(([number, inside]) => ({ number, visits: inside, status: WORST.find((status) => inside.some((visit) => visit.status === status)) ?? "" }));
}

/** Returns the Map states around some visits, without doubles. */
export const mapsOf = (visits: Visit[]): string[] => [...new Set(visits.flatMap(({ maps }) => maps))];

/** The name of a visit for people: its state, and the iterations around it. */
export const nameOf = ({ state, iterations }: Visit): string => [state, ...iterations.map((number) => `[${number}]`)].join(" ");

/** The page in Airflow with the log of a visit; undefined where no task tells of it. */
export function logOf(dag: string, run: string, { task, map_index: index }: Visit): string | undefined {
  if (!task) return undefined;
  const mapped = index === null ? "" : `/mapped/${index}`;
  return `/dags/${dag}/runs/${encodeURIComponent(run)}/tasks/${task}${mapped}`;
}

/** Where the bars of a timeline begin and how long they are, as shares of its width. */
export function timeline(visits: Visit[], now: number = Date.now()): Array<{ from: number; length: number }> {
  const end = ({ started, ended }: Visit): number => Math.max(Date.parse(started), ended ? Date.parse(ended) : now);
  const begun = Math.min(...visits.map(({ started }) => Date.parse(started)));
  const whole = Math.max(1, ...visits.map((visit) => end(visit) - begun));
  return visits.map((visit) => {
    const from = Date.parse(visit.started) - begun;
    return { from: from / whole, length: (end(visit) - begun - from) / whole };
  });
}
