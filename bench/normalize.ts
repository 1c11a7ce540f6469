// Owns the measurement of normalizing: whole postings through the step of the stage, beside the bare HTML parser
// that only collects the text of the same descriptions. Processor time of the whole process counts, with what the
// engine spends beside the main thread.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { createSite } from "@skillstream/platform/local/demo/site.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import { jobId } from "@skillstream/scrape/source.ts";
import { Parser } from "htmlparser2";
import { openPostings } from "../cli/posting-files.ts";
import type { Bench } from "./main.ts";

const postings = 2_000;
/** Of the made-up descriptions so many get another one of their language added: 3,500 characters is then the mean. */
const twiceAsLongPercent = 53;
/** Of real postings so many are taken, evenly over all files. */
const realMax = 4_000;
const observedAt = Date.UTC(2026, 10, 1);

export const bench: Bench = {
  summary: "raw postings to normalized ones on one core",
  figures: {
    postings_per_s: "postings a second of processor time",
    microseconds: "microseconds of processor time a posting",
    text_chars: "characters of clean text a posting",
  },
  async measure(rounds, say, { pages }) {
    const events = pages === undefined ? await madeUp() : await real(pages);
    say(`${events.length} ${pages === undefined ? "made-up" : "real"} postings`);
    const html = events.map(({ parsed }) => parsed?.description_html ?? "");
    let chars = 0;
    const ours = () => {
      chars = 0;
      for (const event of events) {
        const outcome = normalize(event);
        if (outcome.kind === "emit") chars += outcome.value.description.length;
      }
    };
    const parser = () => {
      for (const text of html) textOf(text);
    };
    const times = { ours: [] as number[], parser: [] as number[] };
    ours();
    parser();
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      times.ours.push(timed(ours));
      times.parser.push(timed(parser));
    }
    const rate = (microseconds: number[]) => (events.length / median(microseconds)) * 1e6;
    const figures = (all: number[]) => ({
      postings_per_s: rate(all),
      microseconds: median(all) / events.length,
    });
    return {
      ours: { ...figures(times.ours), text_chars: chars / events.length },
      peers: { htmlparser2: figures(times.parser) },
      ratios: { htmlparser2: rate(times.ours) / rate(times.parser) },
    };
  },
};

function textOf(html: string): string {
  const parts: string[] = [];
  new Parser({ ontext: (text) => parts.push(text) }).end(html);
  return parts.join("");
}

export async function madeUp(): Promise<RawEvent[]> {
  await using site = await createSite({ seed: 1, postings, epoch: observedAt, now: () => observedAt });
  const open = Array.from({ length: postings }, (_, id) => site.market.posting(id, observedAt)).flatMap(
    (found) => (found.state === "open" && found.posting.oddity === null ? found.posting : []),
  );
  return open.map((one, at) => {
    const second = open.slice(at + 1).find(({ language }) => language === one.language);
    const html =
      at % 100 < twiceAsLongPercent
        ? one.descriptionHtml + (second?.descriptionHtml ?? "")
        : one.descriptionHtml;
    return eventOf(at, {
      title: one.title,
      company: one.company,
      location: `${one.city}, ${one.country}`,
      description_html: html,
      employment_type: one.employment,
      workplace_type: one.workplace,
      salary: one.salary,
      posted_time: one.datePosted,
      skills: one.skills,
    });
  });
}

function eventOf(id: number, parsed: Partial<RawEvent["parsed"]>): RawEvent {
  return {
    event: "found",
    job_id: jobId("demo", String(id)),
    source: "demo",
    source_id: String(id),
    job_url: `https://demo.example/jobs/${id}`,
    observed_at: observedAt,
    synthetic: true,
    search_keyword: null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: null,
    parsed: { ...nothingStated(), ...parsed },
  };
}

/** From every file in the folder that `skillstream import` would take. */
export async function real(folder: string): Promise<RawEvent[]> {
  const events: RawEvent[] = [];
  for (const file of readdirSync(folder).sort()) {
    const options = { importedAt: observedAt, payload: false };
    for await (const posting of (await openPostings(join(folder, file), options)).postings) {
      if ("event" in posting) events.push(posting.event);
    }
  }
  const every = Math.max(1, Math.ceil(events.length / realMax));
  return events.filter((_, index) => index % every === 0);
}

/** Microseconds of the whole process. */
export function timed(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
