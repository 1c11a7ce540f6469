// Owns the normalize stage as a process: jobs.raw.v1 in, jobs.normalized.g<N> out.
import { runStage } from "@skillstream/platform/run-stage.ts";
import { toTopic } from "@skillstream/platform/topic.ts";
import { normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import { normalize, normalizerVersion } from "./normalize.ts";

await runStage({
  name: "normalize",
  settings: [],
  input: () => rawTopic,
  isRaw: true,
  reads: "RawEvent",
  writes: ["Posting"],
  concurrency: 2,
  offersStep: true,
  open: ({ settings }, parts) =>
    Promise.resolve({
      version: normalizerVersion,
      step: { each: normalize },
      about: (raw) => raw,
      destination: toTopic(normalizedTopic(settings.generation), "Posting", parts),
    }),
});
