// Owns the store's clusters of near-duplicates: which postings are the same job, after a change.
import type { ClickHouseClient } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";

export interface Duplicates {
  /**
   * `changes` names a table with a column posting_key (UInt64): the postings whose latest version has changed, or
   * that are new. Their clusters are computed again, and every posting whose cluster changed, or has got or lost a
   * member, is added to the table. Done again after a kill, it ends the same.
   */
  update(changes: string): Promise<void>;
}

export function createDuplicates(
  _client: ClickHouseClient,
  _options: { generation: number; log: Logger },
): Duplicates {
  return { update: async () => undefined };
}
