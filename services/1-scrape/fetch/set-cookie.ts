// Owns reading one Set-Cookie line (RFC 6265, section 5.2) for what an account keeps of it: name, value, end.

export interface SetCookie {
  name: string;
  value: string;
  /** Milliseconds since 1970; null where it ends with the session. */
  expiresAt: number | null;
}

/** Browsers take no longer ones either. */
const lineCharsMax = 8_192;

/** undefined for what is no cookie, or one that no header could carry back. */
export function setCookieOf(line: string, now: number): SetCookie | undefined {
  if (line.length > lineCharsMax) return undefined;
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  if (equals < 1) return undefined;
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (!isCookieName(name) || !isCookieValue(value)) return undefined;
  let expiresAt: number | null = null;
  let maxAge = false;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const stated = rest.join("=").trim();
    switch (key.trim().toLowerCase()) {
      case "max-age":
        if (/^-?\d{1,12}$/.test(stated)) {
          expiresAt = Number(stated) <= 0 ? 0 : now + Number(stated) * 1000;
          maxAge = true;
        }
        break;
      case "expires": {
        const at = Date.parse(stated.replaceAll("-", " "));
        if (!maxAge && !Number.isNaN(at)) expiresAt = at;
        break;
      }
      default:
    }
  }
  return { name, value, expiresAt };
}

export function isCookieName(name: string): boolean {
  return /^[!#$%&'*+.^`|~\w-]{1,256}$/.test(name);
}

/** Sites put more into values than the RFC allows, quotes and commas among it; control signs never. */
export function isCookieValue(value: string): boolean {
  return value.length <= 4_096 && /^[\x20-\x3a\x3c-\x7e\x80-\xff]*$/.test(value);
}
