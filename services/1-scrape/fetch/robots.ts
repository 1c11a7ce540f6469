// Owns robots.txt as RFC 9309 reads it: which rules hold for our user agent, and whether a path is allowed.
// Crawl-delay is not in the RFC, but sites state it and mean it, so it is read too.

/** A longer file is cut here, as the RFC allows. */
export const robotsBytesMax = 500 * 1024;

export interface Robots {
  allows(pathAndQuery: string): boolean;
  crawlDelayMs: number | undefined;
}

/** A site without robots.txt. */
export const allowAll: Robots = { allows: () => true, crawlDelayMs: undefined };
/** A site whose robots.txt cannot be had for now: nothing is allowed until it can. */
export const allowNothing: Robots = { allows: () => false, crawlDelayMs: undefined };

interface Rule {
  allow: boolean;
  pattern: string;
  matches: (path: string) => boolean;
}

interface Group {
  agents: string[];
  rules: Rule[];
  crawlDelayMs: number | undefined;
}

/** The text to read of a file. A line that is cut in two would say something else than its author meant. */
export function robotsText(body: Buffer): string {
  const whole = body.length <= robotsBytesMax;
  return (whole ? body : body.subarray(0, body.lastIndexOf(0x0a, robotsBytesMax) + 1)).toString("utf8");
}

/** `agent` is the product token, such as "skillstream". */
export function parseRobots(text: string, agent: string): Robots {
  const groups: Group[] = [];
  let current: Group | undefined;
  let namesAgents = false;
  for (const raw of text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    const line = raw.replace(/#.*/, "");
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const key = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (key === "user-agent") {
      if (!namesAgents || current === undefined) {
        current = { agents: [], rules: [], crawlDelayMs: undefined };
        groups.push(current);
      }
      current.agents.push(value.toLowerCase());
      namesAgents = true;
    } else if (current !== undefined && (key === "allow" || key === "disallow")) {
      namesAgents = false;
      // An empty Disallow forbids nothing.
      if (value !== "")
        current.rules.push({ allow: key === "allow", pattern: value, matches: matcher(value) });
    } else if (current !== undefined && key === "crawl-delay") {
      namesAgents = false;
      const seconds = Number(value);
      if (value !== "" && Number.isFinite(seconds) && seconds >= 0) current.crawlDelayMs = seconds * 1000;
    }
  }
  const named = groups.filter((group) => group.agents.includes(agent.toLowerCase()));
  const mine = named.length > 0 ? named : groups.filter((group) => group.agents.includes("*"));
  const rules = mine.flatMap((group) => group.rules);
  const delays = mine.flatMap((group) => group.crawlDelayMs ?? []);
  return {
    crawlDelayMs: delays.length > 0 ? Math.max(...delays) : undefined,
    allows(pathAndQuery) {
      const path = canonical(pathAndQuery);
      // robots.txt itself is always allowed; otherwise the longest match wins, and Allow wins a tie.
      if (path === "/robots.txt") return true;
      let best: Rule | undefined;
      for (const rule of rules) {
        if (!rule.matches(path)) continue;
        const longer = best === undefined || rule.pattern.length > best.pattern.length;
        if (longer || (best !== undefined && rule.pattern.length === best.pattern.length && rule.allow))
          best = rule;
      }
      return best?.allow ?? true;
    },
  };
}

/** The same character written plainly or percent-encoded is the same character. */
function canonical(path: string): string {
  return path.toWellFormed().replace(/%[0-9a-f]{2}|[^\x21-\x7e]+/gi, (part) => {
    if (!part.startsWith("%")) return encodeURIComponent(part);
    const letter = String.fromCharCode(Number.parseInt(part.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(letter) ? letter : part.toUpperCase();
  });
}

/** Pieces between the stars are searched in order, so that no pattern can make a path take long. */
function matcher(pattern: string): (path: string) => boolean {
  const anchored = pattern.endsWith("$");
  const pieces = canonical(anchored ? pattern.slice(0, -1) : pattern).split("*");
  return (path) => {
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
      if (index === 0) {
        if (!path.startsWith(piece)) return false;
        at = piece.length;
      } else if (anchored && index === pieces.length - 1) {
        return path.length - piece.length >= at && path.endsWith(piece);
      } else {
        const found = path.indexOf(piece, at);
        if (found < 0) return false;
        at = found + piece.length;
      }
    }
    return !anchored || at === path.length;
  };
}
