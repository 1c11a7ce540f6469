// Owns what a page of a list means for a walk, and which lists it asks for next: the next page, then the lists that
// were named, then what waits. A list is asked for once in a walk, whoever names it, and there is an end to what may
// be named: sitemaps that name each other, or pages that go on for ever, would keep a walk from its end.
import type { Page } from "./fetch/fetcher.ts";
import { Halted } from "./halted.ts";
import type { Ask, List, Result } from "./source.ts";

/** At a request a second these are most of a day. */
const askedMax = 50_000;
/** They are written down with each turn of a page. */
const waitingMax = 10_000;

export class Asks {
  /** In the walk that is under way; after a restart what was asked before it is asked again at most once. */
  readonly #asked = new Set<string>();

  clear(): void {
    this.#asked.clear();
  }

  /** `left`: how many lists are too many. */
  after(ask: Ask, named: readonly Ask[], waiting: readonly Ask[]): { asks: Ask[]; left: number } {
    this.#asked.add(keyOf(ask));
    const byKey = new Map([...named, ...waiting].map((one) => [keyOf(one), one]));
    const fresh = [...byKey].filter(([key]) => !this.#asked.has(key)).map(([, one]) => one);
    const asks = fresh.slice(0, this.#asked.size < askedMax ? waitingMax : 0);
    return { asks, left: fresh.length - asks.length };
  }
}

/** Two asks are the same when they ask for the same. */
export function keyOf(ask: Ask | undefined | null): string {
  return ask == null ? "" : ask.json === undefined ? ask.url : `${ask.url}\n${ask.json}`;
}

export interface FetchedList extends List {
  page: Page;
  /** What could not be read or was not shown, and how much that is where its source says so. */
  lacks: { reason: string; missing: number | undefined } | undefined;
}

/** Throws where the page holds no list. */
export function listOn(page: Page, ask: Ask, result: Result<List>): FetchedList {
  switch (result.result) {
    case "partial": {
      const { reason, missing } = result;
      return { ...tidied(result.value, ask, page.url), page, lacks: { reason, missing } };
    }
    case "found":
      return { ...tidied(result.value, ask, page.url), page, lacks: undefined };
    case "empty":
      return { items: [], next: null, page, lacks: undefined };
    case "blocked":
      throw new Halted("blocked", result.cause, result.reason);
    case "changed":
    case "gone":
      throw new Halted(result.result, null, result.reason);
    default:
      return result satisfies never;
  }
}

/** What names itself as the next page is the last; an item that stands there twice counts once. */
function tidied(list: List, ask: Ask, url: string): List {
  const isItself =
    keyOf(list.next) === keyOf(ask) || (list.next?.json === undefined && list.next?.url === url);
  const met = new Set<string>();
  const items = list.items.filter(({ source_id }) => !met.has(source_id) && met.add(source_id));
  return { ...list, items, next: isItself ? null : list.next };
}
