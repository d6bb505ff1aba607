import { RestError } from "../rest/client";

/** What the store says of a version that somebody has saved meanwhile. */
export interface Conflict {
  version: number;
  saved_by: string;
  saved_at: string;
}

const PRECONDITION_FAILED = 412;

/** The version that an edit did not know of, when that is why it could not be saved. */
export const conflictOf = (error: unknown): Conflict | undefined =>
  error instanceof RestError && error.status === PRECONDITION_FAILED ? (error.detail as Conflict) : undefined;
