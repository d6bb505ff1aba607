/** How a field is edited. */
export type FieldKind = "text" | "amount" | "path" | "json" | "expression";

export interface FieldSpec {
  name: string;
  kind: FieldKind;
  /** The query language that has the field; both where absent. */
  language?: "JSONPath" | "JSONata";
}

const field = (name: string, kind: FieldKind, language?: FieldSpec["language"]): FieldSpec => ({ name, kind, ...(language && { language }) });
const P = "JSONPath";
const A = "JSONata";

const withPath = (name: string): FieldSpec[] => [field(name, "amount"), field(`${name}Path`, "path", P)];

const IN = [field("InputPath", "path", P), field("Parameters", "json", P), field("Arguments", "json", A)];
const OUT = [field("ResultSelector", "json", P), field("ResultPath", "path", P), field("OutputPath", "path", P), field("Output", "json", A), field("Assign", "json")];
const WITHOUT_WORK = [field("InputPath", "path", P), field("OutputPath", "path", P), field("Output", "json", A)];

/** The fields that say what a state of each type does; those of links, retries and catchers have tables. */
export const OWN_FIELDS: Record<string, FieldSpec[]> = {
  Pass: [field("Result", "json", P)],
  Task: [field("Resource", "text"), ...withPath("TimeoutSeconds"), ...withPath("HeartbeatSeconds"), field("Credentials", "json")],
  Wait: [...withPath("Seconds"), field("Timestamp", "text"), field("TimestampPath", "path", P)],
  Map: [
    field("ItemsPath", "path", P),
    field("Items", "json", A),
    field("ItemSelector", "json"),
    ...withPath("MaxConcurrency"),
    ...withPath("ToleratedFailureCount"),
    ...withPath("ToleratedFailurePercentage"),
    field("ItemReader", "json"),
    field("ItemBatcher", "json"),
    field("ResultWriter", "json"),
    field("Label", "text"),
  ],
  Fail: [field("Error", "text"), field("ErrorPath", "path", P), field("Cause", "text"), field("CausePath", "path", P)],
};

/** The fields of the data that goes into a state of each type and comes out of it. */
export const DATA_FIELDS: Record<string, FieldSpec[]> = {
  // Tencent's dialect has ResultSelector in Pass.
  Pass: [field("InputPath", "path", P), field("Parameters", "json", P), ...OUT],
  Task: [...IN, ...OUT],
  Parallel: [...IN, ...OUT],
  Map: [field("InputPath", "path", P), ...OUT],
  Choice: [...WITHOUT_WORK, field("Assign", "json")],
  Wait: [...WITHOUT_WORK, field("Assign", "json")],
  Succeed: WITHOUT_WORK,
};

export const RETRY_FIELDS = ["IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"] as const;
export const RETRIES = ["Task", "Parallel", "Map"];

/** The comparisons that the documentation of Tencent's dialect names; others are run with a warning. */
export const TENCENT_OPERATORS: ReadonlySet<string> = new Set(["BooleanEquals", "NumericEquals", "StringEquals", "IsBoolean", "IsNumeric"]);

/** The comparisons of a rule. */
export const OPERATORS = [
  ...TENCENT_OPERATORS, "IsNull", "IsPresent", "IsString", "IsTimestamp", "StringMatches",
  ...["String", "Numeric", "Timestamp"].flatMap((type) => ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map((each) => type + each)),
  "TimestampEquals",
  ...["Boolean", "Numeric", "String", "Timestamp"].map((type) => `${type}EqualsPath`),
  ...["String", "Numeric", "Timestamp"].flatMap((type) =>
    ["LessThanPath", "LessThanEqualsPath", "GreaterThanPath", "GreaterThanEqualsPath"].map((each) => type + each),
  ),
];

/** The errors that a catcher or a retrier can name, besides those of the work itself. */
export const ERRORS = [
  "States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout", "States.Permissions", "States.DataLimitExceeded",
  "States.IntrinsicFailure", "States.QueryEvaluationError", "States.ResultPathMatchFailure", "States.NoChoiceMatched",
  "States.ItemReaderFailed", "States.ResultWriterFailed", "States.ExceedToleratedFailureThreshold",
];

/** The value that a field's text stands for, undefined where the field is not wanted; null for a path of nothing. */
export function valueOf(kind: FieldKind, text: string): unknown {
  if (text === "") return undefined;
  if (kind === "path" && text === "null") return null;
  if (kind === "amount" && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  return text;
}
