// Owns the sums that the ledger stands on, so that nobody has to count the whole landing table to see where each raw
// event went: what became of the events of full pieces, and how many versions the facts tell of. Whatever has landed
// since is counted by whoever asks (services/5-serve/queries/ledger.sql), so a tally that is late costs time and
// never a wrong balance.
import { readSql } from "@skillstream/platform/clickhouse.ts";
import type { Turn } from "./turn.ts";

/** To be called once the pieces of a turn are recorded. */
export async function tally(turn: Turn): Promise<void> {
  await turn.command(sql.versions);
  await turn.command(sql.pieces);
}

const sql = {
  versions: readSql("../queries/count_stored_versions.sql", import.meta.url),
  pieces: readSql("../queries/count_landed_pieces.sql", import.meta.url),
};
