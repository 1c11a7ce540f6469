// Owns cutting the items of an array out of a JSON text as they stand there, so that a posting's payload keeps
// the very characters that a site sent. The text must be JSON that has been parsed before.

export function arrayItems(text: string, key: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let inString = false;
  let stringStart = 0;
  let lastKey = "";
  /** Depth inside the wanted array, 0 while it has not begun. */
  let arrayDepth = 0;
  let itemStart = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) {
        inString = false;
        if (depth === 1) lastKey = text.slice(stringStart, i);
      }
      continue;
    }
    if (code === 0x22) {
      inString = true;
      stringStart = i + 1;
      if (arrayDepth > 0 && depth === arrayDepth && itemStart < 0) itemStart = i;
    } else if (code === 0x7b || code === 0x5b) {
      if (arrayDepth > 0 && depth === arrayDepth && itemStart < 0) itemStart = i;
      depth++;
      if (code === 0x5b && depth === 2 && arrayDepth === 0 && lastKey === key) arrayDepth = 2;
    } else if (code === 0x7d || code === 0x5d) {
      if (arrayDepth > 0 && depth === arrayDepth && code === 0x5d) {
        if (itemStart >= 0) items.push(text.slice(itemStart, i).trim());
        return items;
      }
      depth--;
    } else if (code === 0x2c && arrayDepth > 0 && depth === arrayDepth) {
      if (itemStart >= 0) items.push(text.slice(itemStart, i).trim());
      itemStart = -1;
    } else if (arrayDepth > 0 && depth === arrayDepth && itemStart < 0 && code > 0x20) {
      itemStart = i;
    }
  }
  return items;
}
