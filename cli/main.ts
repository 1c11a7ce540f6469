// Owns the frame of `skillstream`: finds the subcommand, answers --help, and turns whatever a subcommand
// throws into one message and an exit code. Data go to standard output, words to standard error.
import { nearest, SettingsError } from "@skillstream/platform/settings.ts";
import { UsageError } from "./command.ts";
import { commands } from "./commands.ts";

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const line = ({ name, summary }: { name: string; summary: string }) => `  ${name.padEnd(width)}${summary}`;
  const ready = commands.filter((command) => "load" in command);
  const later = commands.filter((command) => "later" in command);
  return `Usage: skillstream COMMAND [ARGUMENT…]

${ready.map(line).join("\n")}

Not there yet:
${later.map(line).join("\n")}

skillstream COMMAND --help says more about one. Data are JSON Lines on standard output, words are on
standard error; the exit code is 0, 1 for what failed and 2 for a wrong call.
`;
}

function asksForHelp(args: string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(overview());
    return 2;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(overview());
    return 0;
  }
  const listed = commands.find((command) => command.name === name);
  if (listed === undefined) {
    const near = nearest(
      name,
      commands.map((command) => command.name),
    );
    throw new UsageError(
      `skillstream has no command ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${near}?`}\nskillstream --help lists all.`,
    );
  }
  if ("later" in listed) {
    process.stderr.write(`skillstream ${name} is not there yet; it will be: ${listed.summary}.\n`);
    return 2;
  }
  const { command } = await listed.load();
  if (asksForHelp(args)) {
    process.stdout.write(`${command.usage.trim()}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (isUsage(error))
      throw new UsageError(`${error.message}\nskillstream ${name} --help says what is allowed.`);
    throw error;
  }
}

/** Ours, or what util.parseArgs throws. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof TypeError && /^ERR_PARSE_ARGS_/.test((error as NodeJS.ErrnoException).code ?? "");
}

// That Node's sqlite is young, and that kafkajs computes a pause that has passed already, helps nobody who reads this.
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (!["ExperimentalWarning", "TimeoutNegativeWarning"].includes(warning.name)) {
    process.stderr.write(`${warning.name}: ${warning.message}\n`);
  }
});

// A reader that has seen enough (`| head`) closes the pipe: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const wrongCall = error instanceof UsageError || error instanceof SettingsError;
  const bug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  process.stderr.write(`${error instanceof Error ? (bug ? error.stack : error.message) : error}\n`);
  process.exitCode = wrongCall ? 2 : 1;
}
