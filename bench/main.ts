// Owns `npm run bench -- NAME [--json]`, the one way to measure: everything of one table comes from one run,
// interleaved with its peers, as medians of several rounds. A figure without its peer says nothing.
import { availableParallelism, cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";

export interface Measured {
  ours: Record<string, number>;
  peers: Record<string, Record<string, number>>;
  /** Items per second of ours over the peer's, unless the name says otherwise; above 1 is better. */
  ratios: Record<string, number>;
}

export interface Options {
  /** A folder of captured pages or of files of postings, for those that read some. */
  pages?: string | undefined;
  /** How many postings to make, for those that make some. */
  postings?: number | undefined;
  /** Where to keep what was made, and find it again, for those that make much. */
  folder?: string | undefined;
}

export interface Bench {
  summary: string;
  /** What each figure means, for the table. */
  figures: Record<string, string>;
  measure(rounds: number, say: (text: string) => void, options: Options): Promise<Measured>;
}

const benches: Record<string, () => Promise<{ bench: Bench }>> = {
  duplicates: () => import("./duplicates.ts"),
  extract: () => import("./extract.ts"),
  normalize: () => import("./normalize.ts"),
  parse: () => import("./parse.ts"),
  pipeline: () => import("./pipeline.ts"),
  warehouse: () => import("./warehouse.ts"),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean" },
    rounds: { type: "string", default: "3" },
    pages: { type: "string" },
    postings: { type: "string" },
    folder: { type: "string" },
    help: { type: "boolean" },
  },
});
const [name = ""] = positionals;
const load = benches[name];
const rounds = Number(values.rounds);
if (values.help || load === undefined || !(rounds >= 1) || !(Number(values.postings ?? 1) >= 1)) {
  process.stderr.write(
    `Usage: npm run -s bench -- NAME [--json] [--rounds 3] [--pages FOLDER] [--postings N] [--folder FOLDER]\n\nNames: ${Object.keys(benches).join(", ")}\n`,
  );
  process.exit(values.help ? 0 : 2);
}

const { bench } = await load();
const measured = await bench.measure(rounds, (text) => process.stderr.write(`${text}\n`), {
  pages: values.pages,
  postings: values.postings === undefined ? undefined : Number(values.postings),
  folder: values.folder,
});
const machine = `${availableParallelism()} cores of ${cpus()[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
if (values.json) {
  console.log(JSON.stringify({ name, machine, ...measured }));
} else {
  console.log(`${name}: ${bench.summary}\n${machine}, median of ${rounds} rounds\n`);
  const row = (who: string, figure: string, value: number) =>
    console.log(`${who.padEnd(18)} ${round(value).padStart(10)}  ${bench.figures[figure] ?? figure}`);
  for (const [figure, value] of Object.entries(measured.ours)) row("ours", figure, value);
  for (const [peer, figures] of Object.entries(measured.peers)) {
    for (const [figure, value] of Object.entries(figures)) row(peer, figure, value);
  }
  console.log("");
  for (const [peer, ratio] of Object.entries(measured.ratios)) {
    console.log(`ours / ${peer.padEnd(12)} ${ratio.toFixed(2).padStart(9)}  above 1 is better`);
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
