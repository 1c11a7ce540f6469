// Owns the measurement of extracting: whole postings, with all that the extractor says of them, on one core, beside
// what only looks words up. flashtext and spaCy's PhraseMatcher (bench/extract.py) get the same taxonomy, the naive
// dictionary the names of its technologies. In the same run each reads labelled postings too: who is fast and wrong
// is no peer. Processor time of each process.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { readTaxonomy, type Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { hasShared, ownSet, sharedSets } from "./eval/labelled.ts";
import { type Reader, readersOf } from "./eval/readers.ts";
import { type Labelled, type Predicted, ratioOf, scoreOf } from "./eval/score.ts";
import type { Bench } from "./main.ts";
import { madeUp, median, real, timed } from "./normalize.ts";

const python = resolve(import.meta.dirname, "../.cache/forms/bin/python");
const howToGet =
  "flashtext and spaCy are not here; get them by: python3 -m venv .cache/forms && .cache/forms/bin/pip install flashtext spacy";
const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
const run = promisify(execFile);
/** What spaCy finds in four thousand postings is some megabytes. */
const answerBytesMax = 256 * 1024 * 1024;

type Peer = "flashtext" | "spacy";
const peerNames: Readonly<Record<Peer, string>> = { flashtext: "flashtext", spacy: "spaCy" };

interface Answer {
  seconds: number;
  labelled: Record<string, string[]>[];
}

export const bench: Bench = {
  summary: "normalized postings to extractions on one core",
  figures: {
    postings_per_s: "postings a second of processor time, without the tagger",
    tagged_per_s: "postings a second with the tagger",
    looked_up_per_s: "postings a second, words looked up and nothing else",
    text_chars: "characters of text a posting",
    own_f1: "% F1 of technologies, strict, on labelled postings of our own",
    own_tagged_f1: "% with the tagger",
    shared_f1: "% F1 of technologies, strict, on those of ../shared/eval",
    shared_tagged_f1: "% with the tagger",
    unread_f1: "% F1 of technologies, strict, on those of them that nobody reads",
    unread_tagged_f1: "% with the tagger",
  },
  async measure(rounds, say, { pages }) {
    const postings = cleaned(pages === undefined ? await madeUp() : await real(pages));
    say(`${postings.length} ${pages === undefined ? "made-up" : "real"} postings`);
    const taxonomy = readTaxonomy();
    const sets = labelledSets();
    const [tagged, untagged, naive] = readersOf(taxonomy) as [Reader, Reader, Reader];
    const f1Of = (read: (posting: Labelled) => Predicted, suffix = "f1") =>
      Object.fromEntries(
        sets.map(({ name, postings }) => [`${name}_${suffix}`, technologyF1(postings, read)]),
      );

    const withoutTagger = createEmbedded(taxonomy);
    const withTagger = createEmbedded(taxonomy, createTagger());
    const bare = postings.map(
      ({ job_id: id, title, description: text }) => ({ id, title, text }) as Labelled,
    );
    const legs: Record<string, () => void> = {
      untagged: () => postings.forEach((posting) => void withoutTagger(posting)),
      tagged: () => postings.forEach((posting) => void withTagger(posting)),
      naive: () => bare.forEach((posting) => void naive.read(posting)),
    };
    const rates: Record<string, number[]> = {};
    const add = (name: string, microseconds: number) => {
      rates[name] = [...(rates[name] ?? []), (postings.length / microseconds) * 1e6];
    };
    for (const leg of Object.values(legs)) leg();
    const answers: Partial<Record<Peer, Answer>> = {};
    const folder = await mkdtemp(join(tmpdir(), "skillstream-bench-"));
    try {
      const file = join(folder, "given.json");
      const labelled = sets.flatMap(({ postings }) => postings).map(textOf);
      await writeFile(file, JSON.stringify({ forms: formsOf(taxonomy), texts: bare.map(textOf), labelled }));
      const isThere = existsSync(python);
      if (!isThere) say(howToGet);
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        for (const [name, leg] of Object.entries(legs)) add(name, timed(leg));
        for (const peer of isThere ? (Object.keys(peerNames) as Peer[]) : []) {
          const script = join(import.meta.dirname, "extract.py");
          const { stdout } = await run(python, [script, peer, file], {
            env: { ...process.env, ...oneThread },
            maxBuffer: answerBytesMax,
          });
          const answer = JSON.parse(stdout) as Answer;
          answers[peer] = answer;
          add(peer, answer.seconds * 1e6);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }

    const rateOf = (name: string) => median(rates[name] ?? []);
    const [rate, taggedRate] = [rateOf("untagged"), rateOf("tagged")];
    const peers: Record<string, Record<string, number>> = {
      naive: { looked_up_per_s: rateOf("naive"), ...f1Of(naive.read) },
    };
    const ratios: Record<string, number> = { naive: rate / rateOf("naive") };
    const kinds = new Map(taxonomy.skills.map(({ name, kind }) => [name, kind]));
    for (const [peer, { labelled }] of Object.entries(answers) as [Peer, Answer][]) {
      const all = sets.flatMap(({ postings }) => postings);
      const found = new Map(all.map(({ id }, index) => [id, labelled[index] ?? {}]));
      const read = ({ id }: Labelled): Predicted => ({
        id,
        skills: Object.entries(found.get(id) ?? {}).map(([name, mentions]) => ({
          name,
          kind: kinds.get(name) ?? "technology",
          requirement: "required",
          mentions,
        })),
      });
      const name = peerNames[peer];
      peers[name] = { looked_up_per_s: rateOf(peer), ...f1Of(read) };
      ratios[name] = rate / rateOf(peer);
      ratios[`${name}, tagged`] = taggedRate / rateOf(peer);
    }
    const textChars =
      postings.reduce((sum, { description }) => sum + description.length, 0) / postings.length;
    return {
      ours: {
        postings_per_s: rate,
        tagged_per_s: taggedRate,
        text_chars: textChars,
        ...f1Of(untagged.read),
        ...f1Of(tagged.read, "tagged_f1"),
      },
      peers,
      ratios,
    };
  },
};

const textOf = ({ title, text }: Labelled) => `${title}\n${text}`;

function labelledSets(): { name: string; postings: readonly Labelled[] }[] {
  const own = { name: "own", postings: ownSet().postings };
  if (!hasShared()) return [own];
  const { all, unread } = sharedSets();
  return [own, { name: "shared", postings: all.postings }, { name: "unread", postings: unread.postings }];
}

/** In percent. */
function technologyF1(gold: readonly Labelled[], read: (posting: Labelled) => Predicted): number {
  const shares = scoreOf(gold, gold.map(read));
  return 100 * (ratioOf(shares["technology.strict.f1"]) ?? Number.NaN);
}

/** Every name and alias as it is written, each with its skill. */
function formsOf({ skills }: Taxonomy): [string, string][] {
  return skills.flatMap(({ name, aliases }) =>
    [name, ...aliases].map((form): [string, string] => [form, name]),
  );
}

function cleaned(events: Awaited<ReturnType<typeof real>>): Posting[] {
  return events.flatMap((event) => {
    const outcome = normalize(event);
    return outcome.kind === "emit" && outcome.value.description !== "" ? outcome.value : [];
  });
}
