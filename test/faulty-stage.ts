// The normalize stage with two faults in it, for faults.test.ts: its step throws at one record and ends the
// whole process at another.
import { normalize } from "@skillstream/normalize/normalize.ts";
import { runStage } from "@skillstream/platform/run-stage.ts";
import { toTopic } from "@skillstream/platform/topic.ts";
import { normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";

await runStage({
  name: "faulty",
  settings: [],
  input: () => rawTopic,
  isRaw: true,
  reads: "RawEvent",
  writes: ["Posting"],
  concurrency: 1,
  open: ({ settings }, parts) =>
    Promise.resolve({
      version: "faulty@1",
      step: {
        each(raw) {
          if (raw.source_id === "throws") throw new Error("cannot read properties of undefined");
          if (raw.source_id === "exits") process.exit(7);
          return normalize(raw);
        },
      },
      about: (raw) => raw,
      destination: toTopic(normalizedTopic(settings.generation), "Posting", parts),
    }),
});
