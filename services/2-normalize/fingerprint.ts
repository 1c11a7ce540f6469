// Owns a posting's fingerprint: what near-duplicates are found and judged by (services/4-store/duplicates). A pure
// function of one posting: what other postings of the company say is not known here, so its boilerplate is told by
// the label of its lines. Line breaks, bullets, punctuation, case and accents do not count, words and their order
// do.
//
// The signature is one-permutation MinHash (Li, Owen and Zhang 2012) over runs of words: each run's hash names a
// slot and a rank, a slot keeps its lowest rank, and the share of equal slots among those that one of two texts
// fills is their similarity. Of a rank eight bits are kept. 128 slots are of the lines that say what the work is, then
// 64 of all lines: labels may fall otherwise where a source has taken the line breaks out.
import { bandsOf, coreSlots, exactBytes, hashOf, mix, wholeSlots } from "@skillstream/schemas/fingerprint.ts";
import type { Fingerprint } from "@skillstream/schemas/types.ts";
import { companyKeyOf } from "./company.ts";
import type { Texts } from "./facts.ts";
import { wordsOf } from "./line-words.ts";
import type { LineLabel, ReadLine } from "./lines.ts";
import { titleKeyOf } from "./title-key.ts";

/** Fewer words are the same in many postings ("Apply on our site"): then only the whole posting tells. */
const wordsMin = 20;
/** Less than this of duties and qualifications says little beside the rest; then all lines count alike. */
const coreWordsMin = 40;
const coreShareMin = 0.15;
const isCore: Record<LineLabel, boolean> = {
  D: true,
  Q: true,
  P: true,
  A: false,
  B: false,
  L: false,
  O: false,
};

const empty = 0xffff_ffff;
const shift = 25;
const rankMask = 2 ** shift - 1;

/** Filled anew by each call; one call runs at a time. */
const core = new Uint32Array(coreSlots);
const whole = new Uint32Array(coreSlots);
const signature = Buffer.alloc(coreSlots + wholeSlots);

/** `lines` are those of the description. */
export function fingerprintOf(texts: Texts, lines: readonly ReadLine[]): Fingerprint | null {
  const words = fillSlots(texts.description, lines);
  if (words.all === 0) return null;
  const title = titleKeyOf(texts.title, texts.location);
  const company = texts.company === null ? null : companyKeyOf(texts.company) || null;
  const signature = words.all < wordsMin ? exactOf(texts) : signatureOf(words);
  const bands = bandsOf(title, company, signature);
  return { title, company, bands, signature: signature.toString("base64") };
}

function exactOf({ title, company, location, description }: Texts): Buffer {
  const bytes = Buffer.alloc(exactBytes);
  bytes.writeDoubleBE(hashOf(title, company ?? "", location ?? "", description));
  return bytes;
}

function signatureOf(words: { all: number; core: number }): Buffer {
  if (words.core < coreWordsMin || words.core < words.all * coreShareMin) core.set(whole);
  for (let slot = 0; slot < coreSlots; slot++) signature[slot] = byteOf(core[slot] as number);
  for (let slot = 0; slot < wholeSlots; slot++) {
    const first = whole[2 * slot] as number;
    signature[coreSlots + slot] = byteOf(first === empty ? (whole[2 * slot + 1] as number) : first);
  }
  return signature;
}

/** Never 0, which stands for a slot that no run of words fell into. */
function byteOf(rank: number): number {
  return rank === empty ? 0 : 1 + (rank % 255);
}

/** Fills the slots; returns how many words there are. */
function fillSlots(text: string, lines: readonly ReadLine[]): { all: number; core: number } {
  core.fill(empty);
  whole.fill(empty);
  const { prints, printEnds } = wordsOf(text);
  let all = 0;
  let ofCore = 0;
  // The hashes of the two words before, in all lines and in those of the core.
  let before = 0;
  let last = 0;
  let coreBefore = 0;
  let coreLast = 0;
  for (let line = 0; line < lines.length; line++) {
    const counts = isCore[(lines[line] as ReadLine).label];
    const end = printEnds[line] as number;
    while (all < end) {
      const current = mix(prints[all] as number);
      if (++all >= 3) keep(whole, before, last, current);
      before = last;
      last = current;
      if (!counts) continue;
      if (++ofCore >= 3) keep(core, coreBefore, coreLast, current);
      coreBefore = coreLast;
      coreLast = current;
    }
  }
  return { all, core: ofCore };
}

function keep(slots: Uint32Array, first: number, second: number, third: number): void {
  const hash = mix((Math.imul(first, 3) + Math.imul(second, 5) + third) | 0) >>> 0;
  const slot = hash >>> shift;
  const rank = hash & rankMask;
  if (rank < (slots[slot] as number)) slots[slot] = rank;
}
