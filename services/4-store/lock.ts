// Owns a lock among processes that share nothing but ClickHouse: a table, because creating one succeeds for
// exactly one of several. The holder renews it; one that is not renewed belongs to a process that died and is
// taken over. It is a courtesy that keeps work from being done twice at once, not a fence: what is done under
// it must stay right if a holder that was stopped for long wakes up beside the next.
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClickHouseClient, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";

const renewEveryMs = 2_000;
/** Several missed renewals, by the clock of who waits: the holder is dead, or so slow that waiting helps nobody. */
const staleAfterMs = 10_000;
const retryEveryMs = 250;

export async function takeLock(
  client: ClickHouseClient,
  name: string,
  { log, signal }: { log: Logger; signal?: AbortSignal },
): Promise<AsyncDisposable> {
  // It stands in SQL where nothing can be bound.
  const host = hostname().replace(/[^\w.-]/g, "");
  const owner = `${host} ${process.pid} ${crypto.randomUUID()}`;
  let seen: { holder: string | undefined; sinceMs: number } | undefined;
  while (!(await create(client, name, owner))) {
    const holder = await holderOf(client, name);
    if (seen === undefined) log.info({ lock: name, holder }, "Waiting for a lock.");
    if (seen === undefined || seen.holder !== holder) seen = { holder, sinceMs: performance.now() };
    else if (performance.now() - seen.sinceMs > staleAfterMs) {
      log.warn({ lock: name, holder }, "A lock was taken over: its holder stopped renewing it.");
      await client.command({ query: `DROP TABLE IF EXISTS ${name}` });
      continue;
    }
    await sleep(retryEveryMs, undefined, { ...(signal === undefined ? {} : { signal }) });
  }
  let beat = 0;
  const renewal = setInterval(() => {
    beat += 1;
    client.command({ query: `ALTER TABLE ${name} MODIFY COMMENT '${owner} ${beat}'` }).catch((error) => {
      log.warn({ lock: name, error: String(error) }, "A lock could not be renewed.");
    });
  }, renewEveryMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      const holder = await holderOf(client, name);
      if (holder?.startsWith(owner)) await client.command({ query: `DROP TABLE IF EXISTS ${name}` });
    },
  };
}

async function create(client: ClickHouseClient, name: string, owner: string): Promise<boolean> {
  try {
    await client.command({
      query: `CREATE TABLE ${name} (unused UInt8) ENGINE = Memory COMMENT '${owner}'`,
    });
    return true;
  } catch (error) {
    if ((error as { type?: string }).type === "TABLE_ALREADY_EXISTS") return false;
    throw error;
  }
}

/** Changes with each renewal. */
async function holderOf(client: ClickHouseClient, name: string): Promise<string | undefined> {
  const rows = await select<{ comment: string }>(
    client,
    "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = {name:String}",
    { name },
  );
  return rows[0]?.comment;
}
