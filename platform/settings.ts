// Owns every setting of every process: its variable, its default, what is allowed and what it is for. A
// process names the settings it reads; all problems of the environment are reported together, and a
// SKILLSTREAM_ variable that nothing reads is a problem too, since it is usually a misspelt one.

interface Setting<T> {
  variable: string;
  /** What stands in the variable when the environment says nothing; undefined where it must be said. */
  fallback: string | undefined;
  /** What is allowed, as the end of a sentence. */
  allowed: string;
  doc: string;
  /** Never shown in a message or a log. */
  secret?: true;
  parse: (text: string) => T | undefined;
}

const text =
  (allowed: (value: string) => boolean = (value) => value !== "") =>
  (value: string) =>
    allowed(value) ? value : undefined;

const integer = (min: number, max: number) => (value: string) => {
  const number = Number(value);
  return /^\d+$/.test(value) && number >= min && number <= max ? number : undefined;
};

const oneOf =
  <const T extends string>(...choices: T[]) =>
  (value: string) =>
    choices.find((choice) => choice === value);

const list = (value: string) =>
  value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const url = (value: string) => {
  if (!URL.canParse(value)) return undefined;
  return /^https?:$/.test(new URL(value).protocol) ? value.replace(/\/$/, "") : undefined;
};

const setting = <T>(definition: Setting<T>) => definition;
const port = { allowed: "a port from 0 (any free one) to 65535", parse: integer(0, 65535) };

export const allSettings = {
  port: setting({
    variable: "PORT",
    fallback: "8080",
    ...port,
    doc: "Port of the web page and the API.",
  }),
  host: setting({
    variable: "HOST",
    fallback: "127.0.0.1",
    allowed: "an address to listen on",
    parse: text(),
    doc: "Address that the web page, the API and health answers listen on.",
  }),
  logLevel: setting({
    variable: "LOG_LEVEL",
    fallback: "info",
    allowed: "trace, debug, info, warn, error or fatal",
    parse: oneOf("trace", "debug", "info", "warn", "error", "fatal"),
    doc: "The least severe log line that is written.",
  }),
  home: setting({
    variable: "SKILLSTREAM_HOME",
    fallback: ".skillstream",
    allowed: "a folder",
    parse: text(),
    doc: "Folder that keeps all data of this machine.",
  }),
  kafkaBrokers: setting({
    variable: "SKILLSTREAM_KAFKA_BROKERS",
    fallback: "127.0.0.1:9092",
    allowed: "host:port, several separated by commas",
    parse: (value) => {
      const brokers = list(value);
      return brokers.length > 0 && brokers.every((broker) => /^\S+:\d+$/.test(broker)) ? brokers : undefined;
    },
    doc: "Kafka's bootstrap brokers.",
  }),
  kafkaReplication: setting({
    variable: "SKILLSTREAM_KAFKA_REPLICATION",
    fallback: "1",
    allowed: "a number of copies from 1 to 7",
    parse: integer(1, 7),
    doc: "Copies of each partition of a topic that is created; with 3 or more, two must be in step to acknowledge.",
  }),
  registryUrl: setting({
    variable: "SKILLSTREAM_REGISTRY_URL",
    fallback: "http://127.0.0.1:8081",
    allowed: "an http or https address",
    parse: url,
    doc: "Schema registry, Confluent's REST API.",
  }),
  clickhouseUrl: setting({
    variable: "SKILLSTREAM_CLICKHOUSE_URL",
    fallback: "http://127.0.0.1:8123",
    allowed: "an http or https address",
    parse: url,
    doc: "ClickHouse's HTTP interface.",
  }),
  clickhouseUser: setting({
    variable: "SKILLSTREAM_CLICKHOUSE_USER",
    fallback: "default",
    allowed: "a user name",
    parse: text(),
    doc: "ClickHouse user.",
  }),
  clickhousePassword: setting({
    variable: "SKILLSTREAM_CLICKHOUSE_PASSWORD",
    fallback: "",
    allowed: "a password",
    secret: true,
    parse: text(() => true),
    doc: "ClickHouse password.",
  }),
  clickhouseDatabase: setting({
    variable: "SKILLSTREAM_CLICKHOUSE_DATABASE",
    fallback: "skillstream",
    allowed: "letters, digits and underscores",
    parse: text((value) => /^[A-Za-z_]\w*$/.test(value)),
    doc: "ClickHouse database.",
  }),
  clickhouseCluster: setting({
    variable: "SKILLSTREAM_CLICKHOUSE_CLUSTER",
    fallback: "",
    allowed: "letters, digits, hyphens and underscores, or nothing for one server",
    parse: text((value) => /^[\w-]*$/.test(value)),
    doc: "The cluster on whose nodes the store creates its tables, as the servers call it.",
  }),
  dataChecksS: setting({
    variable: "SKILLSTREAM_DATA_CHECKS_S",
    fallback: "600",
    allowed: "seconds from 10 to 86400, or 0 for never",
    parse: (value) => (value === "0" ? 0 : integer(10, 86_400)(value)),
    doc: "How often the store checks the data of its tables.",
  }),
  generation: setting({
    variable: "SKILLSTREAM_GENERATION",
    fallback: "1",
    allowed: "a whole number from 1",
    parse: integer(1, 1_000_000),
    doc: "Generation that normalize, extract and store work on.",
  }),
  healthPort: setting({
    variable: "SKILLSTREAM_HEALTH_PORT",
    fallback: "0",
    ...port,
    doc: "Port of /live, /ready and /metrics.",
  }),
  batchRecordsMax: setting({
    variable: "SKILLSTREAM_BATCH_RECORDS_MAX",
    fallback: "1000",
    allowed: "a number from 1 to 10000",
    parse: integer(1, 10_000),
    doc: "Records that a stage takes at once from one partition.",
  }),
  diskReserveMb: setting({
    variable: "SKILLSTREAM_DISK_RESERVE_MB",
    fallback: "1024",
    allowed: "megabytes, 0 for no reserve",
    parse: integer(0, 1_000_000_000),
    doc: "Free disk under the data folder below which consumption stops until there is room again.",
  }),
  sources: setting({
    variable: "SKILLSTREAM_SOURCES",
    fallback: "demo",
    allowed: "sources separated by commas, each NAME or NAME:ARGUMENT",
    parse: (value) => {
      const sources = list(value);
      return sources.length > 0 ? sources : undefined;
    },
    doc: "What the scraper crawls, of what `skillstream sources` lists; a word that names no source continues the one before (greenhouse:acme,globex).",
  }),
  demoUrl: setting({
    variable: "SKILLSTREAM_DEMO_URL",
    fallback: "http://127.0.0.1:8090",
    allowed: "an http or https address",
    parse: url,
    doc: "Where the demo job site answers.",
  }),
  demoSeed: setting({
    variable: "SKILLSTREAM_DEMO_SEED",
    fallback: "1",
    allowed: "a whole number",
    parse: integer(0, 4_294_967_295),
    doc: "Seed of the demo site's made-up market.",
  }),
  demoPostings: setting({
    variable: "SKILLSTREAM_DEMO_POSTINGS",
    fallback: "12000",
    allowed: "a number from 1 to 10000000",
    parse: integer(1, 10_000_000),
    doc: "Postings in the demo site's eighteen months of history.",
  }),
  demoLivePerSecond: setting({
    variable: "SKILLSTREAM_DEMO_LIVE_PER_SECOND",
    fallback: "2",
    allowed: "a number from 0 to 1000",
    parse: integer(0, 1000),
    doc: "Postings a second that the demo site adds to its history from its first start on.",
  }),
  searches: setting({
    variable: "SKILLSTREAM_SEARCHES",
    fallback: "searches.yaml",
    allowed: "a file",
    parse: text(),
    doc: "File that states which searches are asked of the sources that are on, and when.",
  }),
  sites: setting({
    variable: "SKILLSTREAM_SITES",
    fallback: "",
    allowed: "SOURCE=URL pairs separated by commas",
    parse: (value) => {
      const pairs = list(value).map((pair) => pair.split(/=(.*)/s));
      if (!pairs.every(([name, at = ""]) => /^[\w-]+$/.test(name ?? "") && url(at) !== undefined))
        return undefined;
      return new Map(pairs.map(([name = "", at = ""]) => [name, url(at) ?? ""]));
    },
    doc: "Addresses that stand for a source's own, such as a mirror (lever=http://127.0.0.1:9000).",
  }),
  robotsExempt: setting({
    variable: "SKILLSTREAM_ROBOTS_EXEMPT",
    fallback: "",
    allowed: "names of sources separated by commas",
    parse: list,
    doc: "Sources that are crawled whatever their sites' robots.txt says. Read what the site's terms mean for it first (`skillstream sources`).",
  }),
  logins: setting({
    variable: "SKILLSTREAM_LOGINS",
    fallback: "",
    allowed: "names of sources separated by commas",
    parse: list,
    doc: "Sources that may log in with the accounts they were given. Read what the site's terms mean for it first (`skillstream sources`).",
  }),
  proxies: setting({
    variable: "SKILLSTREAM_PROXIES",
    fallback: "",
    allowed:
      "addresses separated by commas: http://, https:// or socks5://host:port, or an aggregator's URL with {url} in it",
    secret: true,
    parse: (value) => {
      const proxies = list(value);
      const right = (one: string) =>
        /^(https?|socks5h?):\/\//.test(one) && URL.canParse(one.replace("{url}", "x"));
      return proxies.every(right) ? proxies : undefined;
    },
    doc: "Proxies that requests to sites leave by, in turn.",
  }),
  secret: setting({
    variable: "SKILLSTREAM_SECRET",
    fallback: "",
    allowed: "at least 16 characters",
    secret: true,
    parse: text((value) => value === "" || value.length >= 16),
    doc: "Encrypts the accounts' cookies at rest; without it a key is made and kept in the data folder.",
  }),
  recheckS: setting({
    variable: "SKILLSTREAM_RECHECK_S",
    fallback: "86400",
    allowed: "seconds from 1 to 31536000",
    parse: integer(1, 31_536_000),
    doc: "An open posting that no list has shown for so long is looked at again.",
  }),
  recheckBudget: setting({
    variable: "SKILLSTREAM_RECHECK_BUDGET",
    fallback: "5000",
    allowed: "requests from 0 to 10000000",
    parse: integer(0, 10_000_000),
    doc: "Requests a day that a source may spend on looking whether postings are still open.",
  }),
  recheckWorkersMax: setting({
    variable: "SKILLSTREAM_RECHECK_WORKERS_MAX",
    fallback: "8",
    allowed: "a number from 1 to 64",
    parse: integer(1, 64),
    doc: "Most workers that look whether a source's postings are still open; their number follows the backlog.",
  }),
  scrapeUrl: setting({
    variable: "SKILLSTREAM_SCRAPE_URL",
    fallback: "",
    allowed: "an http or https address",
    parse: (value) => (value === "" ? "" : url(value)),
    doc: "The scraper's health port, which the page asks for runs and sources.",
  }),
  normalizeUrl: setting({
    variable: "SKILLSTREAM_NORMALIZE_URL",
    fallback: "",
    allowed: "an http or https address",
    parse: (value) => (value === "" ? "" : url(value)),
    doc: "The normalizer's health port, which the API asks to clean a posting that is sent to it.",
  }),
  extractUrl: setting({
    variable: "SKILLSTREAM_EXTRACT_URL",
    fallback: "",
    allowed: "an http or https address",
    parse: (value) => (value === "" ? "" : url(value)),
    doc: "The extractor's health port, which the API asks to read a posting that is sent to it.",
  }),
  lake: setting({
    variable: "SKILLSTREAM_LAKE",
    fallback: "",
    allowed: "a folder, or s3://bucket/prefix",
    parse: text((value) => /^s3:\/\//.test(value) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)),
    doc: "Where the lake keeps all raw events for good; lake in the data folder where nothing is said.",
  }),
  lakeCutOffsets: setting({
    variable: "SKILLSTREAM_LAKE_CUT_OFFSETS",
    fallback: "5000",
    allowed: "a number from 1 to 1000000",
    parse: integer(1, 1_000_000),
    doc: "The lake's files are cut at multiples of this offset.",
  }),
  lakeSealS: setting({
    variable: "SKILLSTREAM_LAKE_SEAL_S",
    fallback: "300",
    allowed: "seconds from 1 to 86400",
    parse: integer(1, 86_400),
    doc: "Raw events wait at most so long for the rest of their file.",
  }),
  s3Endpoint: setting({
    variable: "SKILLSTREAM_S3_ENDPOINT",
    fallback: "",
    allowed: "an http or https address",
    parse: (value) => (value === "" ? "" : url(value)),
    doc: "S3 elsewhere than at AWS. Region and keys are AWS's own variables (AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).",
  }),
  s3Encryption: setting({
    variable: "SKILLSTREAM_S3_ENCRYPTION",
    fallback: "AES256",
    allowed: "AES256, aws:kms or none",
    parse: oneOf("AES256", "aws:kms", "none"),
    doc: "How S3 encrypts the lake's objects at rest.",
  }),
  allowedAddresses: setting({
    variable: "SKILLSTREAM_ALLOWED_ADDRESSES",
    fallback: "",
    allowed: "host:port pairs separated by commas",
    parse: (value) => {
      const pairs = list(value);
      return pairs.every((one) => /^[^\s/]+:\d{1,5}$/.test(one)) ? pairs : undefined;
    },
    doc: "Private or loopback addresses that the scraper may fetch from; all others are refused.",
  }),
  contact: setting({
    variable: "SKILLSTREAM_CONTACT",
    fallback: "",
    allowed: "an address or page, without line breaks",
    parse: text((value) => /^[\x20-\x7e]*$/.test(value)),
    doc: "How the owners of crawled sites reach whoever runs this; sent in the user agent.",
  }),
  crawlIntervalS: setting({
    variable: "SKILLSTREAM_CRAWL_INTERVAL_S",
    fallback: "300",
    allowed: "seconds from 1 to 86400",
    parse: integer(1, 86_400),
    doc: "Pause between two crawls of a source.",
  }),
  extractor: setting({
    variable: "SKILLSTREAM_EXTRACTOR",
    fallback: "embedded",
    allowed: "embedded",
    parse: oneOf("embedded"),
    doc: "What reads the postings. Triton and Hugging Face come with later work.",
  }),
  extractTagger: setting({
    variable: "SKILLSTREAM_EXTRACT_TAGGER",
    fallback: "on",
    allowed: "on or off",
    parse: (value) => (value === "on" ? true : value === "off" ? false : undefined),
    doc: "Whether the embedded extractor also reads skills that the taxonomy lacks, by its trained tagger.",
  }),
  extractWorkers: setting({
    variable: "SKILLSTREAM_EXTRACT_WORKERS",
    fallback: "0",
    allowed: "a number of threads from 1 to 256, or 0 for one a core",
    parse: integer(0, 256),
    doc: "Worker threads of the embedded extractor.",
  }),
};

export type SettingName = keyof typeof allSettings;
export type Settings<N extends SettingName> = {
  [K in N]: (typeof allSettings)[K] extends Setting<infer T> ? T : never;
};

/** The environment is at fault; the message names every problem and what is allowed instead. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

export function readSettings<const N extends SettingName>(
  environment: NodeJS.ProcessEnv,
  names: readonly N[],
): Settings<N> {
  const problems: string[] = [];
  const known = new Set(Object.values(allSettings).map((one) => one.variable));
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith("SKILLSTREAM_") || known.has(variable)) continue;
    const near = nearest(variable, [...known]);
    problems.push(`${variable} is not a setting${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
  const settings: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const one: Setting<unknown> = allSettings[name];
    const given = environment[one.variable] || one.fallback;
    const value = given === undefined ? undefined : one.parse(given);
    if (value === undefined) {
      const shown = one.secret ? "" : ` is ${JSON.stringify(given)}, which`;
      problems.push(`${one.variable}${shown} is not allowed: it takes ${one.allowed}`);
    }
    settings[name] = value;
  }
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  return settings as Settings<N>;
}

/** The candidate that was probably meant, if any is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= word.length / 3 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
