/** Raised where a form cannot make a change, such as within an alias; the text can. */
export class NotEditable extends Error {
  constructor(readonly reason: "broken" | "taken" | "unreachable") {
    super(reason);
  }
}
