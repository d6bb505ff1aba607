import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import { COPIES } from "./copies";

const action = { method: "POST" as const, url: "http://a.test/media/v1/x?y=it's", body: { source: "s3://in/it's \"a\".mp4" }, cli: "media submit" };

test("curl gets the body as it is, whatever quotes it has", () => {
  const words = execFileSync("sh", ["-c", COPIES["curl"]!(action)!.replace("curl", "printf '%s\\n'")], { encoding: "utf8" }).split("\n");
  expect(words).toContain(action.url);
  expect(JSON.parse(words.at(-2)!)).toEqual(action.body);
});

test("Python of an action is valid, and holds its body", () => {
  const text = COPIES["Python"]!(action);
  const script = "import ast, sys\ncall = ast.parse(sys.stdin.read()).body[-1].value\nprint(call.keywords[-1].value.value)";
  expect(JSON.parse(execFileSync("python3", ["-c", script], { input: text, encoding: "utf8" }))).toEqual(action.body);
});

test("an action without a command has no form for the command line", () => {
  const { cli, ...other } = action;
  expect(COPIES["CLI"]!({ ...other, cli })).toBe("airflow media submit");
  expect(COPIES["CLI"]!(other)).toBeUndefined();
});
