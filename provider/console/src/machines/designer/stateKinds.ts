import type { StateValue } from "./machineModel";

/** One kind of state that can be put into a machine. */
export interface PaletteItem {
  /** The name that a new state gets. */
  name: string;
  type: string;
  resource?: string;
  /** The names and examples of what the resource is called with. */
  fields?: Record<string, unknown>;
}

export type PaletteGroup = { title: "designerFlow" | "designerMedia" | "designerWaiting" | "designerCalls" | "designerTencent"; items: PaletteItem[] };

const PLACE = { source: "$.source", location: "$.location" };
const task = (name: string, resource: string, fields: Record<string, unknown> = {}): PaletteItem => ({ name, type: "Task", resource, fields });
const flow = (type: string): PaletteItem => ({ name: type, type });
const AWS = "arn:aws:states:::";
const TENCENT = "qrn:qcs:asw:ap-guangzhou:100000000001:sdk:json:qcloud:";

/** Every kind of state; a test compares the resources with the table of resources. */
export const PALETTE: PaletteGroup[] = [
  { title: "designerFlow", items: ["Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail"].map(flow) },
  {
    title: "designerMedia",
    items: [
      task("Probe", "media:probe", { source: "$.source" }),
      task("Transcode", "media:transcode", PLACE),
      task("Ladder", "media:ladder", PLACE),
      task("Snapshots", "media:snapshots", { ...PLACE, at: ["10%", "50%", "90%"] }),
      task("Sampled snapshots", "media:sampled_snapshots", { ...PLACE, every: "10%" }),
      task("Animated image", "media:animated_image", { ...PLACE, start: "10%" }),
      task("Sprites", "media:sprites", { ...PLACE, every: "5%", columns: 5, rows: 4 }),
      task("Waveform", "media:waveform", PLACE),
      task("Watermark", "media:watermark", { ...PLACE, watermark: { text: "Preview" } }),
      task("Package", "media:package", { renditions: "$.renditions", location: "$.location" }),
      task("Join", "media:join", { parts: "$.parts", location: "$.location", path: "joined.mp4" }),
      task("Publish", "media:publish", { files: "$.files", location: "$.location" }),
      task("Ingest", "media:ingest.sync", { source: "$.source", workflow: "vod" }),
      task("Workflow", "media:workflow", { source: "$.source", workflow: "vod" }),
    ],
  },
  {
    title: "designerWaiting",
    items: [
      task("Approval", "media:approval", {}),
      task("Callback", `${AWS}sqs:sendMessage.waitForTaskToken`, { QueueUrl: "$.queue", MessageBody: { token: "$$.Task.Token" } }),
      task("Activity", "arn:aws:states:us-east-1:123456789012:activity:name"),
      task("Execution", `${AWS}states:startExecution.sync:2`, { StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:name", Input: {} }),
    ],
  },
  {
    title: "designerCalls",
    items: [
      task("HTTP", "http:invoke", { ApiEndpoint: "https://example.com", Method: "GET" }),
      task("Lambda", `${AWS}lambda:invoke`, { FunctionName: "name", Payload: {} }),
      task("Lambda function", "arn:aws:lambda:us-east-1:123456789012:function:name"),
      task("AWS SDK", `${AWS}aws-sdk:s3:headObject`, { Bucket: "name", Key: "$.key" }),
      task("S3 get", `${AWS}s3:getObject`, { Bucket: "name", Key: "$.key" }),
      task("S3 put", `${AWS}s3:putObject`, { Bucket: "name", Key: "$.key", Body: "$.body" }),
      task("S3 list", `${AWS}s3:listObjectsV2`, { Bucket: "name", Prefix: "$.prefix" }),
      task("DynamoDB get", `${AWS}dynamodb:getItem`, { TableName: "name", Key: { id: { S: "$.id" } } }),
      task("DynamoDB put", `${AWS}dynamodb:putItem`, { TableName: "name", Item: { id: { S: "$.id" } } }),
      task("DynamoDB update", `${AWS}dynamodb:updateItem`, { TableName: "name", Key: { id: { S: "$.id" } } }),
      task("DynamoDB delete", `${AWS}dynamodb:deleteItem`, { TableName: "name", Key: { id: { S: "$.id" } } }),
      task("SNS publish", `${AWS}sns:publish`, { TopicArn: "$.topic", Message: "$.message" }),
      task("SQS send", `${AWS}sqs:sendMessage`, { QueueUrl: "$.queue", MessageBody: "$.message" }),
      task("EventBridge", `${AWS}events:putEvents`, { Entries: [{ Source: "media", DetailType: "name", Detail: {} }] }),
      task("MediaConvert", `${AWS}mediaconvert:createJob.sync`, { Role: "$.role", Settings: {} }),
    ],
  },
  {
    title: "designerTencent",
    items: [
      task("ProcessMedia", `${TENCENT}mps:ProcessMedia`, { InputInfo: {} }),
      task("Tencent call", `${TENCENT}cvm:DescribeInstances`),
      task("Tencent function", `${TENCENT}scf:Invoke/name`),
    ],
  },
];

export const ITEMS = PALETTE.flatMap(({ items }) => items);

/** The state of a palette's item in a query language. */
export function stateFrom(item: PaletteItem, jsonata: boolean): StateValue {
  const inner = { StartAt: "", States: {} };
  const values: Record<string, StateValue> = {
    Choice: { Type: "Choice", Choices: [jsonata ? { Condition: "{% false %}" } : { Variable: "$.value", IsPresent: true }] },
    Wait: { Type: "Wait", Seconds: 10 },
    Parallel: { Type: "Parallel", Branches: [inner] },
    Map: { Type: "Map", ...(jsonata ? { Items: "{% $states.input.items %}" } : { ItemsPath: "$.items" }), ItemProcessor: inner },
    Fail: { Type: "Fail", Error: "Failed", Cause: "" },
  };
  if (item.type !== "Task") return values[item.type] ?? { Type: item.type };
  const fields = Object.keys(item.fields ?? {}).length > 0 ? { [jsonata ? "Arguments" : "Parameters"]: inLanguage(item.fields, jsonata) } : {};
  return { Type: "Task", Resource: item.resource, ...fields };
}

/** Paths in the words of a query language: `"key.$": "$.path"` or `"key": "{% $states.input.path %}"`. */
function inLanguage(value: unknown, jsonata: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => inLanguage(each, jsonata));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (typeof each !== "string" || !each.startsWith("$")) return [key, inLanguage(each, jsonata)];
      const expression = each.startsWith("$$.") ? `$states.context.${each.slice(3)}` : `$states.input.${each.slice(2)}`;
      return jsonata ? [key, `{% ${expression} %}`] : [`${key}.$`, each];
    }),
  );
}
