// Owns cutting pieces out of a text as they stand there: the items of an array in an answer, so that a posting's
// payload keeps the very characters that a site sent, and an object that a page's script carries. One pass over
// the text, whatever it holds; only a text that was parsed as JSON before gives items that are whole.

const quote = 0x22;
const backslash = 0x5c;

/** Items of the array under `key` in an object, or of the array that the text is where `key` is null. */
export function arrayItems(text: string, key: string | null): string[] {
  const items: string[] = [];
  const wantedDepth = key === null ? 1 : 2;
  let depth = 0;
  let lastKey: string | null = null;
  let inArray = false;
  let itemStart = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const beginsItem = inArray && depth === wantedDepth && itemStart < 0;
    if (code === quote) {
      if (beginsItem) itemStart = i;
      const end = stringEnd(text, i);
      if (depth === 1) lastKey = text.slice(i + 1, end);
      i = end;
    } else if (code === 0x7b || code === 0x5b) {
      if (beginsItem) itemStart = i;
      depth++;
      if (code === 0x5b && depth === wantedDepth && !inArray && (key === null || lastKey === key))
        inArray = true;
    } else if (code === 0x7d || code === 0x5d) {
      if (inArray && depth === wantedDepth) {
        if (itemStart >= 0) items.push(text.slice(itemStart, i).trimEnd());
        return items;
      }
      depth--;
    } else if (code === 0x2c && inArray && depth === wantedDepth) {
      if (itemStart >= 0) items.push(text.slice(itemStart, i).trimEnd());
      itemStart = -1;
    } else if (beginsItem && code > 0x20) {
      itemStart = i;
    }
  }
  return items;
}

/** Between a marker, such as `window.__data`, and the object that it is given stand an equals sign and spaces. */
const assignmentCharsMax = 20;

/** The JSON object that a script gives to `marker`; undefined where there is none or it has no end. */
export function objectAfter(text: string, marker: string): string | undefined {
  const at = text.indexOf(marker);
  if (at < 0) return undefined;
  const start = text.indexOf("{", at + marker.length);
  if (start < 0 || start - at - marker.length > assignmentCharsMax) return undefined;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = stringEnd(text, i);
    else if (code === 0x7b) depth++;
    else if (code === 0x7d && --depth === 0) return text.slice(start, i + 1);
  }
  return undefined;
}

/** Where the string that begins at `start` has its closing quote, or the text its end. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let before = end - 1;
    while (before > start && text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
