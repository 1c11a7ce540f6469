// Owns the measurement of duplicates: normalized postings to clusters on one core, beside datasketch
// (bench/duplicates.py) on the same texts. Ours makes each fingerprint from the text, whose lines have their labels:
// normalize gives them anyway, for other ends. What the command does with bare text, labels and all, is shown as well.
// Processor time of each process.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { fingerprintOf } from "@skillstream/normalize/fingerprint.ts";
import { readLines } from "@skillstream/normalize/lines.ts";
import { normalize } from "@skillstream/normalize/normalize.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { cluster } from "@skillstream/store/duplicates/cluster.ts";
import { itemOf } from "../cli/duplicates.ts";
import type { Bench } from "./main.ts";
import { madeUp, median, real, timed } from "./normalize.ts";

const python = resolve(import.meta.dirname, "../.cache/datasketch/bin/python");
const howToGet =
  "datasketch is not here, so ours stands alone; get it by: python3 -m venv .cache/datasketch && .cache/datasketch/bin/pip install datasketch";
/** datasketch's own examples use three, papers on near-duplicates five. */
const wordsInRun = [3, 5] as const;
const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
const run = promisify(execFile);

export const bench: Bench = {
  summary: "normalized postings to clusters of the same job, on one core",
  figures: {
    postings_per_s: "postings a second of processor time, text to clusters",
    bare_per_s: "postings a second from bare text, whose lines are labelled first",
    text_chars: "characters of text a posting",
  },
  async measure(rounds, say, { pages }) {
    const postings = cleaned(pages === undefined ? await madeUp() : await real(pages));
    say(`${postings.length} ${pages === undefined ? "made-up" : "real"} postings`);
    const rows = postings.map(({ job_id, title, company, location, description }) => ({
      id: job_id,
      title,
      company,
      location,
      text: description,
    }));
    const labelled = postings.map((posting) => ({ posting, lines: readLines(posting.description) }));
    const legs = {
      postings_per_s: () => cluster(labelled.map(({ posting, lines }) => printed(posting, lines))),
      bare_per_s: () => cluster(rows.map((row) => itemOf(row))),
    };
    const ours = { postings_per_s: [] as number[], bare_per_s: [] as number[] };
    const peers = new Map<string, number[]>();
    const folder = await mkdtemp(join(tmpdir(), "skillstream-bench-"));
    try {
      const file = join(folder, "texts.json");
      await writeFile(file, JSON.stringify(rows.map(({ text }) => text)));
      const isThere = existsSync(python);
      if (!isThere) say(howToGet);
      for (const leg of Object.values(legs)) leg();
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        for (const name of ["postings_per_s", "bare_per_s"] as const) {
          ours[name].push((rows.length / timed(legs[name])) * 1e6);
        }
        for (const words of isThere ? wordsInRun : []) {
          const name = `datasketch (${words} words)`;
          const script = join(import.meta.dirname, "duplicates.py");
          const { stdout } = await run(python, [script, file, String(words)], {
            env: { ...process.env, ...oneThread },
          });
          const { seconds } = JSON.parse(stdout) as { seconds: number };
          peers.set(name, [...(peers.get(name) ?? []), rows.length / seconds]);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const rate = median(ours.postings_per_s);
    const bareRate = median(ours.bare_per_s);
    const ratios: Record<string, number> = {};
    for (const [name, rates] of peers) {
      ratios[name] = rate / median(rates);
      ratios[`${name}, from bare text`] = bareRate / median(rates);
    }
    const textChars = rows.reduce((sum, { text }) => sum + text.length, 0) / rows.length;
    return {
      ours: { postings_per_s: rate, bare_per_s: bareRate, text_chars: textChars },
      peers: Object.fromEntries([...peers].map(([name, rates]) => [name, { postings_per_s: median(rates) }])),
      ratios,
    };
  },
};

function cleaned(events: Awaited<ReturnType<typeof real>>): Posting[] {
  return events.flatMap((event) => {
    const outcome = normalize(event);
    return outcome.kind === "emit" && outcome.value.description !== "" ? outcome.value : [];
  });
}

function printed(posting: Posting, lines: ReturnType<typeof readLines>) {
  const print = fingerprintOf(posting, lines);
  return {
    id: posting.job_id,
    firstAt: posting.posted_time ?? posting.observed_at,
    title: print?.title ?? "",
    company: print?.company ?? null,
    signature: Buffer.from(print?.signature ?? "", "base64"),
  };
}
