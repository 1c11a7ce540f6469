// Owns the form of a log line: one sentence, the data as fields, JSON on standard error so that standard
// output stays for data. Secrets are removed by name, down to the third level of what is logged.
import { type Logger, pino } from "pino";

export type { Logger } from "pino";

const secrets = ["password", "clickhousePassword", "token", "cookie", "authorization"];

export function createLog(process: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process },
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: "[removed]",
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
