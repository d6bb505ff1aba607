import { RestError } from "./client";

const BUSY = 429;
const ATTEMPTS = 5;
const PAUSE = 400; // milliseconds before the next attempt, each time longer

/** Options of a query that asks a server again that does as much at once as it may. */
export const whileBusy = {
  retry: (count: number, error: Error) => count < ATTEMPTS && error instanceof RestError && error.status === BUSY,
  retryDelay: (count: number) => PAUSE * (count + 1),
};
