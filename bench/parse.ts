// Owns the measurement of parsing: pages of every source through its own parser, side by side with bare
// htmlparser2 (no handlers) and bare JSON.parse over the same bytes. Ours decodes and makes postings; the peers
// get the text decoded already and make nothing, so a ratio of 1 would mean that our work costs nothing.
import { decodePage } from "@skillstream/scrape/read/decode.ts";
import { unzipped } from "@skillstream/scrape/read/sitemap.ts";
import { Parser } from "htmlparser2";
import { capturedPages, replicaPages, type Sample, sourcesByName } from "../test/mutations/pages.ts";
import type { Bench, Measured } from "./main.ts";

/** So many made-up postings stand on the replicas. */
const postings = 200;
/** One leg of a round takes about as long; shorter ones measure the clock. */
const legMs = 120;
const repeatsMax = 10_000;

interface Group {
  name: string;
  isJson: boolean;
  bytes: number;
  pages: number;
  ours: () => void;
  htmlparser2: () => void;
  json: (() => void) | undefined;
}

type Leg = "ours" | "htmlparser2" | "JSON.parse";
type Times = Record<Leg, number[]>;

export const bench: Bench = {
  summary: "captured and replica pages of every source into postings; a MB is a million bytes as fetched",
  figures: {},
  async measure(rounds, say, { pages }) {
    const sources = sourcesByName();
    const samples = [...replicaPages(sources, postings), ...capturedPages(sources, pages)];
    const groups = groupsOf(samples, (sample) => {
      const source = sources.get(sample.source);
      if (source !== undefined) source.parse(sample.page);
    });
    const times = new Map<Group, Times>();
    for (const group of groups) {
      times.set(group, { ours: [], htmlparser2: [], "JSON.parse": [] });
      for (const leg of legsOf(group)) timed(leg.run);
    }
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      for (const group of groups) {
        // In turns, so that none always runs first or on a warmer machine.
        const legs = legsOf(group);
        for (let at = 0; at < legs.length; at++) {
          const leg = legs[(at + round) % legs.length];
          if (leg !== undefined) times.get(group)?.[leg.name].push(timed(leg.run));
        }
      }
    }
    return summed(groups, times);
  },
};

function groupsOf(samples: readonly Sample[], parse: (sample: Sample) => void): Group[] {
  const byName = new Map<string, Sample[]>();
  for (const sample of samples) {
    const origin = sample.page.url.startsWith("file:") ? "captured" : "replica";
    const kind = textOf(sample).trimStart().startsWith("<") ? "HTML" : "JSON";
    const name = `${sample.source} (${origin} ${kind})`;
    byName.set(name, [...(byName.get(name) ?? []), sample]);
  }
  return [...byName].sort().map(([name, all]): Group => {
    const texts = all.map(textOf);
    const isJson = texts.every((text) => /^\s*[[{]/.test(text) && isParsed(text));
    return {
      name,
      isJson,
      bytes: all.reduce((sum, { page }) => sum + (unzipped(page.body) ?? page.body).length, 0),
      pages: all.length,
      ours: () => all.forEach(parse),
      htmlparser2() {
        for (const text of texts) new Parser({}).end(text);
      },
      json: isJson ? () => void texts.map((text) => JSON.parse(text)) : undefined,
    };
  });
}

function textOf({ page }: Sample): string {
  return decodePage(unzipped(page.body) ?? page.body, page.mediaType);
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function legsOf({ ours, htmlparser2, json }: Group): { name: Leg; run: () => void }[] {
  return [
    { name: "ours", run: ours },
    { name: "htmlparser2", run: htmlparser2 },
    ...(json === undefined ? [] : [{ name: "JSON.parse" as const, run: json }]),
  ];
}

/** Milliseconds a run, of the processor's time of this thread: others use the machine too. */
function timed(run: () => void): number {
  const before = process.threadCpuUsage();
  const spent = () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  let repeats = 0;
  do {
    run();
    repeats++;
  } while (spent() < legMs && repeats < repeatsMax);
  return spent() / repeats;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function summed(groups: readonly Group[], times: ReadonlyMap<Group, Times>): Measured {
  const measured: Measured = { ours: {}, peers: { htmlparser2: {}, "JSON.parse": {} }, ratios: {} };
  const ms = (group: Group, leg: Leg) => median(times.get(group)?.[leg] ?? []);
  const add = (name: string, some: readonly Group[]) => {
    const bytes = some.reduce((sum, group) => sum + group.bytes, 0);
    const total = (leg: Leg) => some.reduce((sum, group) => sum + ms(group, leg), 0);
    const ours = total("ours");
    measured.ours[`${name}, MB/s`] = bytes / ours / 1_000;
    measured.ours[`${name}, pages/s`] = (some.reduce((sum, group) => sum + group.pages, 0) / ours) * 1_000;
    for (const leg of ["htmlparser2", "JSON.parse"] as const) {
      if (some.length === 0 || Number.isNaN(total(leg))) continue;
      const peer = measured.peers[leg] ?? {};
      peer[`${name}, MB/s`] = bytes / total(leg) / 1_000;
      measured.ratios[`${leg}, ${name}`] = total(leg) / ours;
    }
  };
  for (const group of groups) add(group.name, [group]);
  const html = groups.filter(({ isJson }) => !isJson);
  add(
    "all JSON",
    groups.filter(({ isJson }) => isJson),
  );
  add("all HTML and XML", html);
  add("all", groups);
  return measured;
}
