// Owns `npm run eval -- duplicates`: real postings, each with copies as another board would show them (its markup,
// another date, place and pay, some lines written anew), beside other jobs of the same companies; how many pairs the
// command puts together rightly. Which belong together is known because the copies are made here; the originals are
// chosen so that no two of them can be the same job.
import { existsSync, globSync } from "node:fs";
import { resolve } from "node:path";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { hashOf, mix } from "@skillstream/schemas/fingerprint.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { cluster, type Item } from "@skillstream/store/duplicates/cluster.ts";
import { similarityOf } from "@skillstream/store/duplicates/compare.ts";
import { itemOf } from "../../cli/duplicates.ts";
import { openPostings } from "../../cli/posting-files.ts";
import type { Eval } from "../eval.ts";
import { type Copy, copyOf, seededRandom } from "./reposts.ts";

const folder = resolve(import.meta.dirname, "../../../shared/data/postings");
const seed = 20_261_121;
/** Jobs of one company: enough that its boilerplate is shared by many pairs. */
const perCompanyMax = 8;
const copiesMax = 3;
const textCharsMin = 600;

export const evaluation: Eval = {
  summary: "reposts made of real postings, beside other jobs of the same companies: which pairs are found",
  options: { postings: { type: "string" }, misses: { type: "boolean" } },
  usage: `
Prints pairwise precision and recall: ours, equal content, and plain MinHash at 0.8 over the whole text.

  --postings FOLDER  files of postings, as \`skillstream normalize\` takes them; else ../shared/data/postings
  --misses           every pair that is judged wrongly
  --json             one JSON object`,
  async run({ json, postings: stated, misses }, say) {
    const place = typeof stated === "string" ? resolve(stated) : folder;
    if (!existsSync(place)) throw new Error(`${place} does not exist; name another with --postings FOLDER`);
    const copies = await testSet(place, say);
    const items = copies.map((copy) => itemOf(copy));
    const truth = copies.map(({ job }) => job);
    const ours = cluster(items).map(({ id }) => id);
    const answers = {
      ours: score(truth, ours),
      equal_content: score(
        truth,
        copies.map(({ title, company, text }) => JSON.stringify([title, company, text])),
      ),
      plain_minhash: score(truth, plainMinHash(copies.map(({ text }) => text))),
    };
    const kinds = recallByKind(copies, ours);
    if (json) {
      console.log(JSON.stringify({ name: "duplicates", postings: copies.length, ...answers, kinds }));
      return;
    }
    console.log(`${copies.length} postings of ${new Set(truth).size} jobs, seed ${seed}`);
    for (const [who, { precision, recall, ...counts }] of Object.entries(answers)) {
      console.log(
        `${who.padEnd(14)} precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}  (${counts.right} right of ${counts.found} pairs found, ${counts.pairs} there)`,
      );
    }
    for (const [kind, share] of Object.entries(kinds)) console.log(`  ${kind.padEnd(24)} ${share}`);
    if (misses) printMisses(copies, items, ours);
  },
};

async function testSet(place: string, say: (text: string) => void): Promise<Copy[]> {
  const random = seededRandom(seed);
  const byCompany = new Map<string, Posting[]>();
  for (const file of globSync("*", { cwd: place }).sort()) {
    say(`reading ${file}`);
    const { postings } = await openPostings(resolve(place, file), { importedAt: 0, payload: false });
    for await (const row of postings) {
      if ("problem" in row) continue;
      const outcome = normalize(row.event);
      if (outcome.kind !== "emit" || outcome.value.company === null) continue;
      if (outcome.value.description.length < textCharsMin) continue;
      const all = byCompany.get(outcome.value.company);
      if (all === undefined) byCompany.set(outcome.value.company, [outcome.value]);
      else all.push(outcome.value);
    }
  }
  const copies: Copy[] = [];
  const chosen = new Map<string, Posting[]>();
  // Jobs whose titles differ by no more than this may be the same one in two places.
  const places = new Set(
    [...byCompany.values()].flat().flatMap(({ location }) => [...wordsOf(location ?? "")]),
  );
  for (const word of morePlaces) places.add(word);
  for (const [, postings] of [...byCompany].sort(([one], [other]) => (one < other ? -1 : 1))) {
    for (const original of apart(postings, chosen, places)) {
      const job = copies.length;
      for (let number = 0; number <= 1 + random.below(copiesMax); number++) {
        copies.push(copyOf(original, job, number, random));
      }
    }
  }
  return copies;
}

/**
 * Postings of one company that no reader would take for the same job as each other or as one of `chosen` (by title),
 * those with the most similar titles first.
 */
function apart(
  postings: readonly Posting[],
  chosen: Map<string, Posting[]>,
  places: ReadonlySet<string>,
): Posting[] {
  const own: Posting[] = [];
  const sorted = [...postings].sort((one, other) => (one.title < other.title ? -1 : 1));
  for (const posting of sorted) {
    if (own.length >= perCompanyMax) break;
    const title = [...wordsOf(posting.title)].sort().join(" ");
    const alike = chosen.get(title) ?? [];
    if (![...own, ...alike].every((other) => areOtherJobs(posting, other, places))) continue;
    own.push(posting);
    chosen.set(title, [...alike, posting]);
  }
  return own;
}

/** Of what two jobs of one title say, no more than this share is equal. */
const sharedMax = 0.5;

function areOtherJobs(one: Posting, other: Posting, places: ReadonlySet<string>): boolean {
  const [first, second] = [wordsOf(one.title), wordsOf(other.title)];
  const differing = [...first, ...second].filter((word) => first.has(word) !== second.has(word));
  if (differing.some((word) => !places.has(word) && !/^\d+$/.test(word))) return true;
  const [said, alsoSaid] = [sentencesOf(one), sentencesOf(other)];
  const shared = [...said].filter((sentence) => alsoSaid.has(sentence)).length;
  return shared < sharedMax * Math.min(said.size, alsoSaid.size);
}

/** Regions that titles name and locations seldom do, and words that say nothing. */
const morePlaces = "the of and in for at dach benelux nordic emea apac mena anz namer america european".split(
  " ",
);
/** Without what tells one from many. */
const wordsOf = (text: string) =>
  new Set(
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}+#]+/gu)
      ?.map((word) => word.replace(/s$/, "")),
  );

/** What a posting says of the work; a text without lines is cut at the end of its sentences. */
function sentencesOf({ description, lines }: Posting): Set<string> {
  const all = description.split("\n");
  const work = all.filter((_, index) => "DQP".includes(lines[index] ?? "O"));
  const told = (work.length >= 5 ? work : all).join("\n").toLowerCase();
  return new Set(told.split(/[\n.;•]+/).map((sentence) => sentence.replace(/[^\p{L}\p{N}]+/gu, " ").trim()));
}

interface Score {
  precision: number;
  recall: number;
  right: number;
  found: number;
  pairs: number;
}

function score(truth: readonly unknown[], answer: readonly unknown[]): Score {
  const right = pairsIn(truth.map((job, index) => `${job} ${answer[index]}`));
  const found = pairsIn(answer);
  const pairs = pairsIn(truth);
  return { precision: found === 0 ? 1 : right / found, recall: right / pairs, right, found, pairs };
}

function pairsIn(labels: readonly unknown[]): number {
  const counts = new Map<unknown, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

/** Of the pairs of an original and its copy with this edit, the share that is found. */
function recallByKind(copies: readonly Copy[], answer: readonly string[]): Record<string, number> {
  const all = new Map<string, { pairs: number; found: number }>();
  let original = 0;
  for (const [index, { edits, job }] of copies.entries()) {
    if (copies[original]?.job !== job) original = index;
    if (original === index) continue;
    for (const edit of edits) {
      const kind = all.get(edit) ?? { pairs: 0, found: 0 };
      kind.pairs++;
      if (answer[index] === answer[original]) kind.found++;
      all.set(edit, kind);
    }
  }
  return Object.fromEntries(
    [...all].sort().map(([edit, { pairs, found }]) => [edit, Number((found / pairs).toFixed(4))]),
  );
}

function printMisses(copies: readonly Copy[], items: readonly Item[], answer: readonly string[]): void {
  const told = (what: string, ...pair: readonly [number, number]) => {
    const [one, other] = pair.map((index) => items[index] as Item) as [Item, Item];
    const { core, whole } = similarityOf(one.signature, other.signature) ?? { core: 0, whole: 0 };
    const titles = one.title === other.title ? one.title : `${one.title} / ${other.title}`;
    console.log(`${what}: core ${core.toFixed(2)} whole ${whole.toFixed(2)} ${titles}`);
    for (const index of pair) {
      const { id, title, company, location, edits } = copies[index] as Copy;
      console.log(`  ${JSON.stringify([id, title, company, location, edits.join(", ")])}`);
    }
  };
  const firstOf = new Map<string, number>();
  const original = new Map<number, number>();
  for (const [index, { job }] of copies.entries()) {
    const first = original.get(job) ?? index;
    original.set(job, first);
    if (answer[index] !== answer[first]) told("not found", first, index);
    const met = firstOf.get(answer[index] as string) ?? index;
    firstOf.set(answer[index] as string, met);
    if (copies[met]?.job !== job) told("wrong", met, index);
  }
}

const permutations = 128;
const plainMin = 0.8;

/** What a textbook does: all words, runs of three, 128 permutations, whoever is alike to 0.8. */
function plainMinHash(texts: readonly string[]): number[] {
  const random = seededRandom(seed);
  const factors = Uint32Array.from({ length: 2 * permutations }, () => random.below(2 ** 32) | 1);
  const signatures = texts.map((text) => {
    const words = text.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
    const signature = new Uint32Array(permutations).fill(0xffff_ffff);
    for (let at = 0; at + 2 < words.length; at++) {
      const hash = hashOf(words[at] as string, words[at + 1] as string, words[at + 2] as string);
      for (let i = 0; i < permutations; i++) {
        const value = mix(Math.imul(hash, factors[2 * i] as number) + (factors[2 * i + 1] as number)) >>> 0;
        if (value < (signature[i] as number)) signature[i] = value;
      }
    }
    return signature;
  });
  const cluster = texts.map((_, index) => index);
  for (const [index, one] of signatures.entries()) {
    for (let other = 0; other < index; other++) {
      if (cluster[other] === cluster[index]) continue;
      let alike = 0;
      const signature = signatures[other] as Uint32Array;
      for (let i = 0; i < permutations; i++) if (one[i] === signature[i]) alike++;
      if (alike < plainMin * permutations) continue;
      const [from, to] = [cluster[index], cluster[other] as number];
      for (let at = 0; at <= index; at++) if (cluster[at] === from) cluster[at] = to;
    }
  }
  return cluster;
}
