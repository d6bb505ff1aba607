/** A request to the REST API, and the command that does the same. */
export interface Action {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  body?: unknown;
  /** What follows `airflow` on the command line; absent where no command does the same. */
  cli?: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The forms in which an action can be copied; one that an action does not have is undefined. */
export const COPIES: Record<string, (action: Action) => string | undefined> = {
  curl: ({ method, url, body }) =>
    [
      `curl -X ${method} ${quoted(url)}`,
      `-H "Authorization: Bearer $AIRFLOW_TOKEN"`,
      ...(body === undefined ? [] : [`-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`]),
    ].join(" \\\n  "),
  Python: ({ method, url, body }) =>
    [
      "import os, httpx",
      "",
      `headers = {"Authorization": f"Bearer {os.environ['AIRFLOW_TOKEN']}"}`,
      `httpx.request(${JSON.stringify(method)}, ${JSON.stringify(url)}, headers=headers${body === undefined ? "" : `, content=${JSON.stringify(JSON.stringify(body))}`})`,
    ].join("\n"),
  CLI: ({ cli }) => cli && `airflow ${cli}`,
};
