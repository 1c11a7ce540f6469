// Owns the way from a page's bytes to text, as browsers find it: a byte order mark, then the header's charset,
// then the page's own declaration, then UTF-8 if the bytes are UTF-8, then windows-1252.
import { isUtf8 } from "node:buffer";

/** A declaration stands in the first bytes of a page or not at all. */
const prescanBytes = 2048;

/** The letters of windows-1252 from 0x80 to 0x9F. Node's own decoder leaves these bytes as control characters. */
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
/** Labels that browsers read as windows-1252, whatever they say. */
const latin =
  /^(?:windows-1252|cp1252|x-cp1252|iso-?8859-?1|iso_8859-1|latin-?1|l1|us-ascii|ascii|ansi_x3\.4-1968)$/;

export function decodePage(body: Uint8Array, mediaType: string): string {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return decodeAs("utf-8", body);
  if (body[0] === 0xff && body[1] === 0xfe) return decodeAs("utf-16le", body);
  if (body[0] === 0xfe && body[1] === 0xff) return decodeAs("utf-16be", body);
  const stated = /charset\s*=\s*["']?([\w.:-]+)/i.exec(mediaType)?.[1] ?? declaredInPage(body);
  if (stated !== undefined && isKnown(stated)) {
    // A page that says UTF-16 in a declaration that could be read as ASCII is not UTF-16.
    return decodeAs(/^utf-16/i.test(stated) && !/charset/i.test(mediaType) ? "utf-8" : stated, body);
  }
  return decodeAs(isUtf8(body) ? "utf-8" : "windows-1252", body);
}

function declaredInPage(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, prescanBytes)).toString(
    "latin1",
  );
  return (
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1] ??
    /^<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)/i.exec(start)?.[1]
  );
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label) !== undefined;
  } catch {
    return false;
  }
}

function decodeAs(label: string, body: Uint8Array): string {
  // By far the most pages are UTF-8 as it should be, and for those there is a much faster way.
  if (/^utf-?8$/i.test(label) && isUtf8(body)) {
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
  if (!latin.test(label.toLowerCase())) return new TextDecoder(label).decode(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (letter) => windows1252[letter.charCodeAt(0) - 0x80] ?? letter);
}
