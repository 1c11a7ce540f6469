// Owns what a subcommand of `skillstream` is. Data go to standard output as JSON Lines, words and progress
// to standard error; a command ends with 0 (done), 1 (failed) or 2 (it was called wrongly).

export interface Command {
  name: string;
  /** One line for the list of commands, without a full stop. */
  summary: string;
  /** The whole answer to `skillstream NAME --help`, first line `Usage: skillstream NAME …`. */
  usage: string;
  /**
   * `args` are what follows the name. What it throws is printed as one message: a UsageError (and what
   * util.parseArgs or readSettings throw) ends with 2, anything else with 1.
   */
  run(args: string[]): Promise<number>;
}

/** The command line is at fault; the message says what would be right. */
export class UsageError extends Error {
  override name = "UsageError";
}
