// Owns the quick look for many words at once, wherever they stand, within other words too: one pass over the letters
// of a text, cases and diacritics of Latin letters aside. Most rules that read a line have nothing to say of it, and
// patterns that each take a look of their own cost more than all else. After Aho and Corasick, over few letters.

export interface Cues {
  /** The number of a letter among those that cues are made of, 0 for all others. */
  symbols: Uint8Array;
  /** A state's row begins at the state shifted so far left. */
  rowBits: number;
  /** By state and symbol. */
  next: Uint16Array;
  /** Of each state a bit for each list of which a cue ends in it, of the first 32. */
  bits: Uint32Array;
  /** Of each state the first, itself or a shorter one, in which a cue ends; 0 for none. */
  ends: Uint16Array;
  /** Of those: the list of the cue, and the next such state. */
  list: Uint16Array;
  shorter: Uint16Array;
}

/** Lists of cues in small letters without diacritics; a cue may stand in several. */
export function compileCues(lists: readonly (readonly string[])[]): Cues {
  const symbols = new Uint8Array(65_536);
  let width = 1;
  for (const letter of new Set(lists.flat().join(""))) {
    symbols[letter.charCodeAt(0)] = width;
    symbols[letter.toUpperCase().charCodeAt(0)] = width++;
  }
  // Latin letters with marks are the letters.
  for (let code = 0xc0; code < 0x180; code++) {
    const plain = String.fromCharCode(code).normalize("NFD").charCodeAt(0);
    if (plain < 0x80) symbols[code] = symbols[plain] as number;
  }
  for (const quote of "’‘") symbols[quote.charCodeAt(0)] = symbols["'".charCodeAt(0)] as number;

  const cues = lists.flatMap((list, index) => list.map((cue) => ({ cue, index })));
  const states = 1 + cues.reduce((sum, { cue }) => sum + cue.length, 0) + cues.length;
  if (states > 65_535) throw new Error(`cues of ${states} letters together; 65535 are allowed`);
  const rowBits = Math.ceil(Math.log2(width));
  const next = new Uint16Array(states << rowBits);
  const bits = new Uint32Array(states);
  const list = new Uint16Array(states);
  const isEnd = new Uint8Array(states);
  const shorter = new Uint16Array(states);
  const shared: [state: number, list: number][] = [];
  let count = 1;
  for (const { cue, index } of cues) {
    let state = 0;
    for (let at = 0; at < cue.length; at++) {
      const cell = (state << rowBits) + (symbols[cue.charCodeAt(at)] as number);
      if (next[cell] === 0) next[cell] = count++;
      state = next[cell] as number;
    }
    if (index < 32) bits[state] = (bits[state] as number) | (1 << index);
    if (isEnd[state] === 1) shared.push([state, index]);
    else {
      isEnd[state] = 1;
      list[state] = index;
    }
  }
  const fails = new Uint16Array(states);
  const queue: number[] = [];
  for (let symbol = 0; symbol < width; symbol++) if (next[symbol] !== 0) queue.push(next[symbol] as number);
  for (const state of queue) {
    const fail = fails[state] as number;
    bits[state] = (bits[state] as number) | (bits[fail] as number);
    shorter[state] = isEnd[fail] === 1 ? fail : (shorter[fail] as number);
    for (let symbol = 0; symbol < width; symbol++) {
      const cell = (state << rowBits) + symbol;
      const beyond = next[(fail << rowBits) + symbol] as number;
      if (next[cell] === 0) next[cell] = beyond;
      else {
        fails[next[cell] as number] = beyond;
        queue.push(next[cell] as number);
      }
    }
  }
  for (const [state, index] of shared) {
    list[count] = index;
    shorter[count] = shorter[state] as number;
    shorter[state] = count++;
  }
  const ends = shorter.map((other, state) => (isEnd[state] === 1 ? state : other));
  return { symbols, rowBits, next, bits, ends, list, shorter };
}

/** Calls `found` with the list of each cue and where the cue's last letter stands, until it answers true. */
export function findCues(
  { symbols, rowBits, next, ends, list, shorter }: Cues,
  text: string,
  found: (list: number, index: number) => boolean,
): boolean {
  let state = 0;
  for (let index = 0; index < text.length; index++) {
    state = next[(state << rowBits) + (symbols[text.charCodeAt(index)] as number)] as number;
    for (let at = ends[state] as number; at !== 0; at = shorter[at] as number)
      if (found(list[at] as number, index)) return true;
  }
  return false;
}

export function hasCue({ symbols, rowBits, next, ends }: Cues, text: string): boolean {
  let state = 0;
  for (let index = 0; index < text.length; index++) {
    state = next[(state << rowBits) + (symbols[text.charCodeAt(index)] as number)] as number;
    if (ends[state] !== 0) return true;
  }
  return false;
}

/** A bit for each list, of the first 32, of which a cue stands in these units; both their ends count as a space. */
export function listsIn(
  { symbols, rowBits, next, bits }: Cues,
  units: Uint16Array,
  start: number,
  end: number,
): number {
  const space = symbols[0x20] as number;
  let state = next[space] as number;
  let lists = 0;
  for (let index = start; index < end; index++) {
    state = next[(state << rowBits) + (symbols[units[index] as number] as number)] as number;
    lists |= bits[state] as number;
  }
  return lists | (bits[next[(state << rowBits) + space] as number] as number);
}
