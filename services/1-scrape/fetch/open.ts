// Owns how settings become a fetcher with its accounts and its browser, the same for the scraping process and for
// one crawl by hand.
import { join } from "node:path";
import type { Settings } from "@skillstream/platform/settings.ts";
import { AccountBook } from "./accounts.ts";
import { checkedLookup, systemLookup } from "./addresses.ts";
import { createBrowsing } from "./browser.ts";
import { createFetcher, type Fetcher, userAgentOf } from "./fetcher.ts";
import type { HostMemory } from "./hosts.ts";
import { ProxyPool } from "./proxies.ts";
import { tunnelsBy } from "./tunnels.ts";

/** A proxy that takes longer is dead. */
const tunnelTimeoutMs = 10_000;

/** The settings that a fetcher needs. */
export const fetchSettings = [
  "home",
  "contact",
  "allowedAddresses",
  "robotsExempt",
  "logins",
  "proxies",
  "secret",
] as const;

/** Throws, with a message for the operator, where the accounts can't be opened. */
export function openFetcher(
  settings: Settings<(typeof fetchSettings)[number]>,
  memory: HostMemory,
): { fetcher: Fetcher; accounts: AccountBook } {
  const { contact, allowedAddresses, robotsExempt, logins, proxies } = settings;
  const accounts = openAccounts(settings);
  const addressesOf = checkedLookup(new Set(allowedAddresses), systemLookup);
  const browser = createBrowsing({
    userAgent: userAgentOf(contact),
    allowedAddresses,
    tunnel:
      proxies.length === 0 ? undefined : tunnelsBy(new ProxyPool(proxies), addressesOf, tunnelTimeoutMs),
  });
  const fetcher = createFetcher({
    contact,
    allowedAddresses,
    robotsExempt,
    logins,
    proxies,
    memory,
    accounts,
    browser,
  });
  return {
    accounts,
    fetcher: {
      userAgent: fetcher.userAgent,
      fetch: (request) => fetcher.fetch(request),
      async [Symbol.asyncDispose]() {
        await fetcher[Symbol.asyncDispose]();
        await browser[Symbol.asyncDispose]();
        accounts[Symbol.dispose]();
      },
    },
  };
}

export function openAccounts({ home, secret }: Settings<"home" | "secret">): AccountBook {
  return new AccountBook({ folder: join(home, "scrape", "accounts"), secret });
}
