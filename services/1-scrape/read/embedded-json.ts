// Owns cutting an object out of a page's script, such as what stands behind `window._initialData=`. It counts
// brackets outside of strings, once from start to end; what does not close, or is no JSON, is undefined.

/** A page's state is a megabyte or two. */
const objectCharsMax = 16 * 1024 * 1024;

/** `before` matches what stands in front of the opening bracket. */
export function objectAfter(text: string, before: RegExp): unknown {
  const found = before.exec(text);
  if (found === null) return undefined;
  const start = found.index + found[0].length;
  if (text.charCodeAt(start) !== 0x7b) return undefined;
  const end = endOf(text, start);
  if (end === undefined) return undefined;
  try {
    return JSON.parse(text.slice(start, end)) as unknown;
  } catch {
    return undefined;
  }
}

/** From one bracket or quotation mark to the next: what lies between is searched, not walked through. */
function endOf(text: string, start: number): number | undefined {
  const mark = /["{}]/g;
  const last = Math.min(text.length, start + objectCharsMax);
  let depth = 0;
  for (mark.lastIndex = start; ; ) {
    const found = mark.exec(text);
    if (found === null || found.index >= last) return undefined;
    if (found[0] === "{") {
      depth++;
    } else if (found[0] === "}") {
      depth--;
      if (depth === 0) return found.index + 1;
    } else {
      const close = closingQuote(text, found.index + 1);
      if (close < 0) return undefined;
      mark.lastIndex = close + 1;
    }
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c && at - 1 - slashes >= from) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
