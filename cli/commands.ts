// Owns the list of all subcommands, in the order in which a person meets them. Each is imported only when it
// is run; one that comes with later work stands here too, and says so.
import type { Command } from "./command.ts";

export type Listed =
  | { name: string; summary: string; load: () => Promise<{ command: Command }> }
  | { name: string; summary: string; later: true };

export const commands: readonly Listed[] = [
  {
    name: "up",
    summary: "run everything on this machine, until Ctrl-C",
    load: () => import("./up.ts"),
  },
  {
    name: "status",
    summary: "the running processes, their health and the flow's lag",
    load: () => import("./status.ts"),
  },
  {
    name: "ledger",
    summary: "the balance: where every scraped posting has gone",
    load: () => import("./ledger.ts"),
  },
  {
    name: "check-data",
    summary: "what must hold of the tables: asks each check",
    load: () => import("./check-data.ts"),
  },
  { name: "scrape", summary: "one crawl of a source into Kafka", load: () => import("./scrape.ts") },
  {
    name: "parse",
    summary: "captured pages or API answers to raw postings, without network",
    load: () => import("./parse.ts"),
  },
  { name: "normalize", summary: "raw postings to normalized ones", load: () => import("./normalize.ts") },
  { name: "extract", summary: "postings to skills with their evidence", load: () => import("./extract.ts") },
  { name: "sources", summary: "what can be crawled, and how it goes", load: () => import("./sources.ts") },
  {
    name: "accounts",
    summary: "the accounts with which sources log in",
    load: () => import("./accounts.ts"),
  },
  {
    name: "taxonomy",
    summary: "keep the list of skills, and what it lacks",
    load: () => import("./taxonomy.ts"),
  },
  {
    name: "searches",
    summary: "what is asked of the sources, and how often",
    load: () => import("./searches.ts"),
  },
  { name: "runs", summary: "each crawl's steps, counts and errors", load: () => import("./runs.ts") },
  {
    name: "import",
    summary: "postings from CSV, JSON Lines, Parquet or a lake into Kafka",
    load: () => import("./import.ts"),
  },
  {
    name: "duplicates",
    summary: "postings to clusters of the same one",
    load: () => import("./duplicates.ts"),
  },
  { name: "replay", summary: "the history through a new generation, beside the live one", later: true },
  { name: "generations", summary: "the generations and what each covers", later: true },
  { name: "compare", summary: "two generations' answers, side by side", later: true },
  { name: "promote", summary: "make a generation the live one", later: true },
  { name: "rollback", summary: "make the generation before live again", later: true },
  { name: "rejected", summary: "list, show, requeue or drop rejected records", later: true },
  { name: "triton", summary: "start a local Triton Inference Server", later: true },
  { name: "grafana", summary: "push and check dashboards", later: true },
  { name: "match", summary: "the postings that fit a résumé", later: true },
  { name: "gap", summary: "the skills between a résumé and a job", later: true },
  { name: "letter", summary: "a cover letter for a posting", later: true },
  { name: "recommend", summary: "postings chosen by what was liked before", later: true },
  { name: "paths", summary: "ways from the skills one has to a better paid job", later: true },
];
