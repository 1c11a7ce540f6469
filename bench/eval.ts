// Owns `npm run eval -- NAME [--json]`, the one way to see how good an answer is, as bench/main.ts is for how
// fast. Each evaluation is a file in bench/eval/ and a line here; figures go to standard output, words to standard
// error.
import { type ParseArgsConfig, parseArgs } from "node:util";

export interface Eval {
  /** One line for the list of names, without a full stop. */
  summary: string;
  /** What it takes beside --json and --help. */
  options?: NonNullable<ParseArgsConfig["options"]>;
  /** One line for each of its options, indented by two. */
  usage?: string;
  /** Where `json` is asked for, prints one JSON object and nothing else. What it throws is printed as one line. */
  run(values: Values, say: (text: string) => void): Promise<void>;
}

export type Values = Readonly<Record<string, unknown>> & { readonly json: boolean };

const evals: Record<string, () => Promise<{ evaluation: Eval }>> = {
  duplicates: () => import("./eval/duplicates.ts"),
  extract: () => import("./eval/extract.ts"),
  lines: () => import("./eval/lines.ts"),
  normalize: () => import("./eval/normalize.ts"),
  parse: () => import("./eval/parse.ts"),
  spans: () => import("./eval/spans.ts"),
};

async function main([name = "", ...args]: string[]): Promise<number> {
  const load = Object.hasOwn(evals, name) ? evals[name] : undefined;
  if (load === undefined) {
    process.stderr.write(await overview());
    return name === "--help" ? 0 : 2;
  }
  const { evaluation } = await load();
  const usage = `Usage: npm run -s eval -- ${name} [--json]\n\n${name}: ${evaluation.summary}\n${evaluation.usage ?? ""}\n`;
  let values: Values;
  try {
    const parsed = parseArgs({
      args,
      options: { ...evaluation.options, json: { type: "boolean" }, help: { type: "boolean" } },
    }).values;
    if (parsed.help) {
      process.stderr.write(usage);
      return 0;
    }
    values = { ...parsed, json: parsed.json === true };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    await evaluation.run(values, (text) => process.stderr.write(`${text}\n`));
    return 0;
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    return 1;
  }
}

async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(evals).map((name) => name.length));
  const lines = await Promise.all(
    Object.entries(evals).map(
      async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).evaluation.summary}`,
    ),
  );
  return `Usage: npm run -s eval -- NAME [--json]\n\n${lines.join("\n")}\n`;
}

process.exitCode = await main(process.argv.slice(2));
