// Owns the reading of Parquet files of postings, one row group at a time: a file is as large as it likes, a row
// group must fit into memory.
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { BrokenRow } from "./csv.ts";

export interface ParquetRow {
  /** Counted from 1: what a line is to other files. */
  line: number;
  value: unknown;
}

/** Unpacked; a row group is read as a whole. Writers make groups of 64 to 512 MiB. */
const groupBytesMax = 1024 * 1024 * 1024;

export interface ParquetFile {
  columns: string[];
  rowCount: number;
  rows: AsyncIterable<ParquetRow | BrokenRow>;
}

export async function openParquet(place: string): Promise<ParquetFile> {
  const file = await asyncBufferFromFile(place);
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    throw new Error(`its Parquet footer cannot be read: ${(error as Error).message}`);
  }
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  async function* rows(): AsyncGenerator<ParquetRow | BrokenRow> {
    let begins = 0;
    for (const group of metadata.row_groups) {
      const ends = begins + Number(group.num_rows);
      let values: Record<string, unknown>[] = [];
      let problem: string | undefined;
      if (Number(group.total_byte_size) > groupBytesMax) {
        problem = `its row group has ${group.total_byte_size} bytes; at most ${groupBytesMax} are read: write the file with smaller row groups`;
      } else {
        try {
          const options = { file, metadata, compressors, rowStart: begins, rowEnd: ends };
          values = await parquetReadObjects(options);
        } catch (error) {
          problem = `rows ${begins + 1} to ${ends} cannot be read: ${(error as Error).message}`;
        }
      }
      if (problem !== undefined) yield { line: begins + 1, problem };
      for (const [index, value] of values.entries()) yield { line: begins + index + 1, value };
      begins = ends;
    }
  }
  return { columns, rowCount: Number(metadata.num_rows), rows: rows() };
}
