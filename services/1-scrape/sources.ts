// Owns the list of sources. Adding one is its file in sources/, its test beside it, and one line here.
import { allSettings, nearest, type Settings } from "@skillstream/platform/settings.ts";
import type { Source } from "./source.ts";
import { ashbySource } from "./sources/ashby.ts";
import { demoSource } from "./sources/demo.ts";
import { greenhouseSource } from "./sources/greenhouse.ts";
import { hackernewsSource } from "./sources/hackernews.ts";
import { indeedSource } from "./sources/indeed.ts";
import { jsonldSource } from "./sources/jsonld.ts";
import { leverSource } from "./sources/lever.ts";
import { linkedinBrowserSource } from "./sources/linkedin/browser.ts";
import { linkedinSource } from "./sources/linkedin/guest.ts";
import { linkedinVoyagerSource } from "./sources/linkedin/voyager.ts";
import { recruiteeSource } from "./sources/recruitee.ts";
import { remoteokSource } from "./sources/remoteok.ts";
import { smartrecruitersSource } from "./sources/smartrecruiters.ts";
import { weworkremotelySource } from "./sources/weworkremotely.ts";
import { workableSource } from "./sources/workable.ts";
import { workdaySource } from "./sources/workday.ts";

/** SKILLSTREAM_SITES may put another address in the place of a source's own. */
export function allSources({ demoUrl, sites }: Settings<"demoUrl" | "sites">): Source[] {
  return [
    demoSource(demoUrl),
    ashbySource(sites.get("ashby")),
    greenhouseSource(sites.get("greenhouse")),
    hackernewsSource(sites.get("hackernews")),
    jsonldSource(),
    leverSource(sites.get("lever")),
    recruiteeSource(sites.get("recruitee")),
    remoteokSource(sites.get("remoteok")),
    smartrecruitersSource(sites.get("smartrecruiters")),
    weworkremotelySource(sites.get("weworkremotely")),
    workableSource(sites.get("workable")),
    workdaySource(sites.get("workday")),
    indeedSource(sites.get("indeed")),
    linkedinSource(sites.get("linkedin")),
    linkedinVoyagerSource(sites.get("linkedin-voyager")),
    linkedinBrowserSource(sites.get("linkedin-browser")),
  ];
}

/** Throws where a setting names a source that there is not: what is misspelt would quietly do nothing. */
export function checkNames(
  settings: Settings<"robotsExempt" | "logins" | "sites">,
  sources: readonly Source[],
): void {
  const names = sources.map((source) => source.name);
  const problems = (["robotsExempt", "logins", "sites"] as const).flatMap((setting) => {
    const fitting = setting === "logins" ? sources.filter(({ login }) => login !== null) : sources;
    return [...(setting === "sites" ? settings.sites.keys() : settings[setting])].flatMap((name) => {
      if (fitting.some((source) => source.name === name)) return [];
      const near = nearest(name, names);
      const why = names.includes(name)
        ? "which reads without a login"
        : `which is not a source${near === undefined ? "" : `; did you mean ${near}?`}`;
      return [`${allSettings[setting].variable} names ${JSON.stringify(name)}, ${why}`];
    });
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** A source and, where it takes one, its argument. */
export interface Chosen {
  source: Source;
  argument: string | undefined;
  /** As it is written: demo, greenhouse:acme. */
  name: string;
}

/** Reads `demo,greenhouse:acme,globex`; a word that names no source continues the one before. */
export function chosenOf(written: readonly string[], sources: readonly Source[]): Chosen[] {
  const chosen: Chosen[] = [];
  let current: Source | undefined;
  for (const word of written) {
    const colon = word.indexOf(":");
    const name = colon < 0 ? word : word.slice(0, colon);
    const named = sources.find((source) => source.name === name);
    if (named !== undefined) {
      current = named;
      const argument = colon < 0 ? undefined : word.slice(colon + 1);
      chosen.push({ source: named, argument, name: word });
    } else if (colon < 0 && current !== undefined && current.argument !== null) {
      chosen.push({ source: current, argument: word, name: `${current.name}:${word}` });
    } else {
      throw new Error(
        `${JSON.stringify(word)} is not a source; there are ${sources
          .map((source) => (source.argument === null ? source.name : `${source.name}:${source.argument}`))
          .join(", ")}`,
      );
    }
  }
  for (const { source, argument } of chosen) {
    if (source.argument === null && argument !== undefined)
      throw new Error(`${source.name} takes no argument, and was given "${argument}"`);
    if (source.lists === "all") source.plan(argument, {});
  }
  return chosen;
}
