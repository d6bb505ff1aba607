/** An error that the REST API answered. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: unknown,
  ) {
    super(message);
  }
}

/** Returns the address of a path of the REST API, also where Airflow has a base path. */
export function address(path: string, query: Record<string, string | undefined> = {}): URL {
  const url = new URL(`media/v1/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.append(name, value);
  return url;
}

/** Reads a document. The browser keeps its ETag, so that one without changes is not sent again. */
export async function read<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
  return body<T>(await fetch(address(path, query), { headers: { Accept: "application/json" } }));
}

/** Sends a change; the header shows that no other site has sent it. */
export async function change<T>(method: "POST" | "PUT" | "DELETE", path: string, content?: unknown): Promise<T> {
  return body<T>(await send(method, path, "application/json", content));
}

/** Asks for a file that is made of what is sent, such as a picture. */
export async function load(path: string, content: unknown): Promise<Blob> {
  const answer = await send("POST", path, "*/*", content);
  return answer.ok ? answer.blob() : body<never>(answer);
}

function send(method: string, path: string, accept: string, content: unknown): Promise<Response> {
  const headers = { Accept: accept, "Content-Type": "application/json", "X-Requested-With": "console" };
  return fetch(address(path), { method, headers, body: content === undefined ? null : JSON.stringify(content) });
}

async function body<T>(answer: Response): Promise<T> {
  const found: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return found as T;
  const error = (found as { error?: { code: string; message: string; detail?: unknown } } | undefined)?.error;
  throw new RestError(answer.status, error?.code ?? "unknown", error?.message ?? answer.statusText, error?.detail);
}
