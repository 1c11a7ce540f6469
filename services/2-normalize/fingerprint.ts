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
import type { LineLabel, ReadLine } from "./lines.ts";
import { titleKeyOf } from "./title-key.ts";

/** Fewer words are the same in many postings ("Apply on our site"): then only the whole posting tells. */
const wordsMin = 20;
/** Of a longer text the beginning says what it is. */
const wordsMax = 8_000;
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

export function fingerprintOf(texts: Texts, lines: readonly ReadLine[]): Fingerprint | null {
  const words = readWords(lines);
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
function readWords(lines: readonly ReadLine[]): { all: number; core: number } {
  core.fill(empty);
  whole.fill(empty);
  let all = 0;
  let ofCore = 0;
  // The hashes of the two words before, in all lines and in those of the core.
  let before = 0;
  let last = 0;
  let coreBefore = 0;
  let coreLast = 0;
  for (const { text, label } of lines) {
    const counts = isCore[label];
    let hash = 0;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? foldedCode(text.charCodeAt(at)) : separator;
      if (code === nothing) continue;
      // A plus or a hash sign before a word is a bullet or a number; after one it makes a language of a letter.
      if (code !== separator && (hash !== 0 || code > sign)) {
        hash = (Math.imul(hash ^ code, 0x0100_0193) + 0x1e37_79b9) | 0;
        // A letter of a script without spaces is a word.
        if (code < ideographs) continue;
      }
      if (hash === 0) continue;
      const current = mix(hash);
      hash = 0;
      if (all++ >= wordsMax) return { all, core: ofCore };
      if (all >= 3) keep(whole, before, last, current);
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

const separator = 0;
/** Apostrophes and soft marks stand inside words. */
const nothing = 1;
/** "+" and "#" are no greater. */
const sign = 0x2b;
/** From here on the scripts are written without spaces. */
const ideographs = 0x2e80;
const tableEnd = 0x0600;
const folded = foldingTable();

function foldedCode(code: number): number {
  if (code < tableEnd) return folded[code] as number;
  if (code === 0x2019 || code === 0x200d || code === 0x00ad) return nothing;
  if ((code >= 0x2000 && code < ideographs) || (code >= 0x3000 && code < 0x3040)) return separator;
  // Emoji and other pairs of surrogates, private letters, wide punctuation.
  if ((code >= 0xd800 && code < 0xf900) || (code >= 0xfe00 && code < 0xff10)) return separator;
  return code;
}

/** Latin, Greek, Cyrillic and Hebrew letters: in lower case, without accents. */
function foldingTable(): Uint16Array {
  const table = new Uint16Array(tableEnd);
  for (let code = 0; code < tableEnd; code++) {
    const letter = String.fromCharCode(code).toLowerCase().normalize("NFKD").charAt(0);
    table[code] = /[\p{L}\p{N}]/u.test(letter) ? letter.charCodeAt(0) : separator;
  }
  for (const one of "'`´ʼ\u00ad") table[one.charCodeAt(0)] = nothing;
  table.fill(nothing, 0x0300, 0x0370);
  for (const one of "+#") table[one.charCodeAt(0)] = one.charCodeAt(0);
  return table;
}
