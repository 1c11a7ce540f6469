// Owns the search for many forms at once: Aho-Corasick over folded units in typed arrays. One step a unit
// whatever the text, so the time is linear in its length. It knows nothing of words, cases or skills.

export interface Automaton {
  /** Class of each UTF-16 unit; 0 is every unit that stands in no form. */
  classes: Uint8Array;
  classCount: number;
  /** state × class → state. */
  next: Int32Array;
  /** The form that ends in a state, or -1. */
  form: Int32Array;
  /** The nearest shorter state, by suffix, in which a form ends, or 0. */
  shorter: Int32Array;
}

/** More forms than this would need tables of gigabytes; a taxonomy of 30,000 forms stays under 200 MB. */
const statesMax = 2_000_000;
const classesMax = 256;

/** `forms` are folded, distinct and not empty; a match is reported by its index. */
export function buildAutomaton(forms: readonly string[]): Automaton {
  const classes = new Uint8Array(65_536);
  let classCount = 1;
  let unitCount = 1;
  for (const form of forms) {
    unitCount += form.length;
    for (let index = 0; index < form.length; index++) {
      const unit = form.charCodeAt(index);
      if (classes[unit] !== 0) continue;
      if (classCount === classesMax)
        throw new Error(`the forms hold more than ${classesMax - 1} distinct characters`);
      classes[unit] = classCount++;
    }
  }
  if (unitCount > statesMax) throw new Error(`the forms need ${unitCount} states; ${statesMax} are allowed`);

  const trie = new Int32Array(unitCount * classCount);
  const formAt = new Int32Array(unitCount).fill(-1);
  let stateCount = 1;
  for (const [index, form] of forms.entries()) {
    let state = 0;
    for (let at = 0; at < form.length; at++) {
      const cell = state * classCount + (classes[form.charCodeAt(at)] as number);
      if (trie[cell] === 0) trie[cell] = stateCount++;
      state = trie[cell] as number;
    }
    formAt[state] = index;
  }

  // States are numbered breadth first: running text stays near the root, and so do its table rows in the cache.
  const order = new Int32Array(stateCount);
  const number = new Int32Array(stateCount);
  let numbered = 1;
  for (let state = 0; state < stateCount; state++) {
    const row = (order[state] as number) * classCount;
    for (let unit = 1; unit < classCount; unit++) {
      const child = trie[row + unit] as number;
      if (child === 0) continue;
      number[child] = numbered;
      order[numbered++] = child;
    }
  }

  const next = new Int32Array(stateCount * classCount);
  const form = new Int32Array(stateCount);
  const fail = new Int32Array(stateCount);
  const shorter = new Int32Array(stateCount);
  for (let state = 0; state < stateCount; state++) {
    form[state] = formAt[order[state] as number] as number;
    const back = fail[state] as number;
    if (state > 0) shorter[state] = form[back] === -1 ? (shorter[back] as number) : back;
    const row = (order[state] as number) * classCount;
    for (let unit = 1; unit < classCount; unit++) {
      const child = number[trie[row + unit] as number] as number;
      const onward = state === 0 ? 0 : (next[back * classCount + unit] as number);
      next[state * classCount + unit] = child === 0 ? onward : child;
      if (child !== 0) fail[child] = onward;
    }
  }
  return { classes, classCount, next, form, shorter };
}

/** Calls `atEnd` after each unit at which forms end, with the state that names them, the longest first. */
export function scan(
  automaton: Automaton,
  units: Uint16Array,
  length: number,
  atEnd: (state: number, end: number) => void,
): void {
  const { classes, classCount, next, form, shorter } = automaton;
  let state = 0;
  for (let index = 0; index < length; index++) {
    state = next[state * classCount + (classes[units[index] as number] as number)] as number;
    if (form[state] !== -1) atEnd(state, index + 1);
    else if (shorter[state] !== 0) atEnd(shorter[state] as number, index + 1);
  }
}
