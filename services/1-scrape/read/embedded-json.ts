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

function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  const last = Math.min(text.length, start + objectCharsMax);
  for (let at = start; at < last; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b) {
      depth++;
    } else if (code === 0x7d) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
