// Owns the forms in which people have a browser's cookies: a Cookie header line, a Netscape cookies.txt, and the
// JSON that browser extensions and drivers export. Its messages never hold any of what was read.
import type { Credentials, GivenCookie } from "@skillstream/scrape/fetch/accounts.ts";
import { isCookieName, isCookieValue } from "@skillstream/scrape/fetch/set-cookie.ts";

interface Read extends GivenCookie {
  /** "" where the form does not say. */
  domain: string;
}

/** Those that a browser would send to `host`; a whole profile's export holds many others. */
export function readCookies(text: string, host: string | undefined): GivenCookie[] {
  const plain = text.replace(/^\uFEFF/, "").trim();
  const read = /^[[{]/.test(plain) ? ofJson(plain) : /\t/.test(plain) ? ofNetscape(plain) : ofHeader(plain);
  const kept = new Map<string, GivenCookie>();
  for (const { name, value, expiresAt, domain } of read) {
    if (!isCookieName(name) || !isCookieValue(value)) continue;
    if (host === undefined || domain === "" || goesTo(host, domain))
      kept.set(name, { name, value, expiresAt });
  }
  if (kept.size === 0) {
    throw new Error(
      read.length === 0
        ? "no cookies could be read: give a Cookie header line, a cookies.txt, or the JSON that a browser extension exports"
        : `of the ${read.length} cookies that were read, none goes to ${host ?? "the site"}`,
    );
  }
  return [...kept.values()];
}

function goesTo(host: string, domain: string): boolean {
  const plain = domain.replace(/^\./, "").toLowerCase();
  return host === plain || host.endsWith(`.${plain}`);
}

function ofHeader(text: string): Read[] {
  if (text.includes("\n")) return [];
  return text
    .replace(/^cookie:/i, "")
    .split(";")
    .flatMap((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) return [];
      const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
      return [{ name, value, expiresAt: null, domain: "" }];
    });
}

/** Domain, subdomains, path, secure, expiry in seconds, name, value. */
function ofNetscape(text: string): Read[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const fields = line.replace(/^#HttpOnly_/i, "").split("\t");
    const [domain = "", , , , expiry = "", name = "", value = ""] = fields;
    if (line.startsWith("# ") || fields.length < 7) return [];
    return [{ name, value: value.trim(), expiresAt: momentOf(Number(expiry)), domain }];
  });
}

function ofJson(text: string): Read[] {
  const json = parsed(text);
  const list = Array.isArray(json) ? json : (json as { cookies?: unknown } | null)?.cookies;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Record<string, unknown> | null) => {
    if (typeof one?.name !== "string" || typeof one.value !== "string") return [];
    const domain = typeof one.domain === "string" ? one.domain : "";
    return [
      {
        name: one.name,
        value: one.value,
        expiresAt: momentOf(one.expirationDate ?? one.expires ?? one.expiry),
        domain,
      },
    ];
  });
}

/** 0 and -1 stand for the end of the session. */
function momentOf(seconds: unknown): number | null {
  return typeof seconds === "number" && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : null;
}

export function readCredentials(text: string): Credentials {
  const { user, password } = (parsed(text) ?? {}) as Record<string, unknown>;
  if (typeof user !== "string" || typeof password !== "string" || user === "" || password === "") {
    throw new Error(`a login is JSON with both texts: {"user": …, "password": …}`);
  }
  return { user, password };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote what stands there.
    throw new Error("what was given is not whole JSON");
  }
}
