// Owns the cookies of one fetch: what a site sets on the way is sent back to it on the next hop, as a browser
// would, and then forgotten. A cookie goes to the origin that it belongs to and to no other: a login's cookies
// must not reach another host, nor leave without TLS, whatever a redirect or a Domain attribute says.
import { setCookieOf } from "./set-cookie.ts";

/** A site that sets more is not remembered any further. */
const cookiesMax = 100;
/** Servers refuse a longer header anyway. */
const headerCharsMax = 16_384;

export class CookieJar {
  readonly #byOrigin = new Map<string, Map<string, string>>();

  put(origin: string, cookies: ReadonlyMap<string, string>): void {
    this.#byOrigin.set(origin, new Map([...this.cookies(origin), ...cookies]));
  }

  store(origin: string, setCookies: readonly string[]): void {
    const now = Date.now();
    const cookies = new Map(this.cookies(origin));
    for (const line of setCookies) {
      const cookie = setCookieOf(line, now);
      if (cookie === undefined) continue;
      if (cookie.expiresAt !== null && cookie.expiresAt <= now) cookies.delete(cookie.name);
      else if (cookies.size < cookiesMax || cookies.has(cookie.name)) cookies.set(cookie.name, cookie.value);
    }
    this.#byOrigin.set(origin, cookies);
  }

  cookies(origin: string): ReadonlyMap<string, string> {
    return this.#byOrigin.get(origin) ?? new Map();
  }

  /** The Cookie header for an address; undefined where it has none. */
  header(origin: string): string | undefined {
    const pairs = [...this.cookies(origin)].map(([name, value]) => `${name}=${value}`);
    const header = pairs.join("; ");
    return header === "" || header.length > headerCharsMax ? undefined : header;
  }
}
