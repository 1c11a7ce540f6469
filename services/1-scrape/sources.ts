// Owns the list of sources. Adding one is its file in sources/, its test beside it, and one line here.
import type { Settings } from "@skillstream/platform/settings.ts";
import type { Source } from "./source.ts";
import { demoSource } from "./sources/demo.ts";
import { greenhouseSource } from "./sources/greenhouse.ts";

/** SKILLSTREAM_SITES may put another address in the place of a source's own. */
export function allSources({ demoUrl, sites }: Settings<"demoUrl" | "sites">): Source[] {
  return [demoSource(demoUrl), greenhouseSource(sites.get("greenhouse"))];
}

/** One thing to crawl: a source and, where it takes one, its argument. */
export interface Target {
  source: Source;
  argument: string | undefined;
  /** As it is written: demo, greenhouse:acme. */
  name: string;
}

/** Reads `demo,greenhouse:acme,globex`; a word that names no source continues the one before. */
export function targetsOf(written: readonly string[], sources: readonly Source[]): Target[] {
  const targets: Target[] = [];
  let current: Source | undefined;
  for (const word of written) {
    const colon = word.indexOf(":");
    const name = colon < 0 ? word : word.slice(0, colon);
    const named = sources.find((source) => source.name === name);
    if (named !== undefined) {
      current = named;
      const argument = colon < 0 ? undefined : word.slice(colon + 1);
      targets.push({ source: named, argument, name: word });
    } else if (colon < 0 && current !== undefined && current.argument !== null) {
      targets.push({ source: current, argument: word, name: `${current.name}:${word}` });
    } else {
      throw new Error(
        `${JSON.stringify(word)} is not a source; there are ${sources
          .map((source) => (source.argument === null ? source.name : `${source.name}:${source.argument}`))
          .join(", ")}`,
      );
    }
  }
  for (const { source, argument } of targets) source.plan(argument, {});
  return targets;
}
