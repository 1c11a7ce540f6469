// Owns putting a registry to the table of conformance.ts: it asks the rows of a chapter in order, fills in the
// names and ids that they stand for, and tells what was answered otherwise.
import type { Row } from "./conformance.ts";

export interface Difference {
  chapter: string;
  ask: string;
  expected: string;
  answered: string;
}

/** Asks a registry every row of a chapter, in order; what it answers otherwise is given back. */
export async function askChapter(
  registryUrl: string,
  chapter: string,
  rows: readonly Row[],
  judge: "ours" | "apicurio",
): Promise<Difference[]> {
  const prefix = `c${Math.random().toString(36).slice(2, 10)}_`;
  const kept = new Map<string, unknown>();
  const differences: Difference[] = [];
  for (const row of rows) {
    const fill = (value: unknown): unknown => filled(value, prefix, kept);
    const [method, path] = (fill(row.ask) as string).split(" ") as [string, string];
    const response = await fetch(registryUrl + path, {
      method,
      ...(row.send === undefined
        ? {}
        : {
            body: JSON.stringify(fill(row.send)),
            headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
          }),
    });
    const text = await response.text();
    const body = plain(text);
    if (row.keep !== undefined) kept.set(row.keep, (body as { id?: unknown }).id);
    const otherwise = judge === "apicurio" ? row.apicurio : undefined;
    const status = otherwise?.status ?? row.status;
    const has = fill(otherwise !== undefined && "has" in otherwise ? otherwise.has : row.has);
    if (response.status !== status || !contains(body, has)) {
      differences.push({
        chapter,
        ask: `${method} ${path}`,
        expected: `${status} ${JSON.stringify(has)}`,
        answered: `${response.status} ${text.slice(0, 300)}`,
      });
    }
  }
  return differences;
}

/** Schema texts are compared as what they say. */
function plain(text: string): unknown {
  try {
    return JSON.parse(text, (key, value) =>
      key === "schema" && typeof value === "string" ? plain(value) : value,
    );
  } catch {
    return text;
  }
}

function filled(value: unknown, prefix: string, kept: Map<string, unknown>): unknown {
  if (typeof value === "string") {
    const whole = /^\$(\w+)$/.exec(value)?.[1];
    if (whole !== undefined) return kept.get(whole);
    return value.replaceAll("~", prefix).replace(/\$(\w+)/g, (_, name: string) => String(kept.get(name)));
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, prefix, kept));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, prefix, kept)]));
  }
  return value;
}

function contains(body: unknown, has: unknown): boolean {
  if (has === undefined) return true;
  if (Array.isArray(has)) {
    return (
      Array.isArray(body) &&
      body.length === has.length &&
      has.every((each, index) => contains(body[index], each))
    );
  }
  if (typeof has === "object" && has !== null) {
    if (typeof body !== "object" || body === null) return false;
    return Object.entries(has).every(([key, each]) => contains((body as Record<string, unknown>)[key], each));
  }
  return body === has;
}
