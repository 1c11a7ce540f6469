// Owns a stage's step as a service: records by HTTP in, one JSON object a line, and for each its outcome in the same
// place out. What is asked here passes no topic and leaves no trace; the code and the version that answer are those
// of the flow. Refuses what is not in the form of the stage's input, by its line.
import { Invalid, messageOf, Unavailable } from "./errors.ts";
import type { Task } from "./health.ts";
import type { BatchStep, Outcome, Step } from "./outcome.ts";

export const stepPath = "/step";
const stepContentType = "application/x-ndjson";
/** As many as a stage takes at once; more would keep live work waiting. */
const stepRecordsMax = 1000;

/** `fits` throws Invalid where a value is not a record that the step takes. */
export function createStepTask<In, Out>(
  step: { each: Step<In, Out> } | { batch: BatchStep<In, Out> },
  fits: (value: unknown) => In,
): Task {
  return {
    contentType: stepContentType,
    async run(body, signal) {
      const lines = body.split("\n").filter((line) => line.trim() !== "");
      if (lines.length > stepRecordsMax)
        throw new Invalid(`there are ${lines.length} records; ${stepRecordsMax} may be asked for at once`);
      const records = lines.map((line, index) => {
        try {
          return fits(JSON.parse(line));
        } catch (error) {
          throw new Invalid(`line ${index + 1}: ${messageOf(error)}`);
        }
      });
      const outcomes = "each" in step ? records.map(each(step.each)) : await step.batch(records, signal);
      return outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join("");
    },
  };
}

/** One that throws must not take the others with it. */
function each<In, Out>(step: Step<In, Out>): (record: In) => Outcome<Out> {
  return (record) => {
    try {
      return step(record);
    } catch (error) {
      return { kind: "reject", reason: messageOf(error) };
    }
  };
}

/** Asks the step at a stage's health port. Throws Unavailable where nobody answers in time, Invalid where refused. */
export async function askStep<Out>(
  url: string,
  records: readonly unknown[],
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Outcome<Out>[]> {
  if (records.length === 0) return [];
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const leave = () => deadline.abort(signal.reason);
  signal.addEventListener("abort", leave);
  try {
    const response = await fetch(new URL(stepPath, url), {
      method: "POST",
      headers: { "content-type": stepContentType },
      body: records.map((record) => `${JSON.stringify(record)}\n`).join(""),
      signal: deadline.signal,
      redirect: "error",
    });
    const text = await response.text();
    if (response.status === 400) throw new Invalid(text.trim());
    if (!response.ok) throw new Unavailable(`status ${response.status}`);
    const outcomes = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Outcome<Out>);
    if (outcomes.length !== records.length)
      throw new Unavailable(`${outcomes.length} answers came for ${records.length} records`);
    return outcomes;
  } catch (error) {
    if (error instanceof Invalid || error instanceof Unavailable) throw error;
    throw new Unavailable(messageOf((error as Error).cause ?? error), { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}
