// Owns the extract stage as a process: jobs.normalized.g<N> in, jobs.enriched.g<N> out.
import { runStage } from "@skillstream/platform/run-stage.ts";
import { toTopic } from "@skillstream/platform/topic.ts";
import { enrichedTopic, normalizedTopic } from "@skillstream/schemas/topics.ts";
import { createExtractor } from "./extractor.ts";
import { createExtractStep } from "./step.ts";

await runStage({
  name: "extract",
  settings: ["extractor", "extractTagger", "extractWorkers"],
  input: normalizedTopic,
  reads: "Posting",
  writes: ["EnrichedPosting"],
  // One partition's batch is encoded and sent while another's is with the workers.
  concurrency: 4,
  offersStep: true,
  open: async ({ settings, log }, parts) => {
    const extractor = parts.scope.use(await createExtractor(settings, log));
    return {
      version: `${extractor.name}@${extractor.version}`,
      step: { batch: createExtractStep(extractor) },
      about: (posting) => posting,
      destination: toTopic(enrichedTopic(settings.generation), "EnrichedPosting", parts),
    };
  },
});
