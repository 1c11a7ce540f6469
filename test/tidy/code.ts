// Owns the rules about code: who may import whom, what a file opens with, what may not stand in it.
import { dirname, join, normalize } from "node:path";
import { subjectOf } from "@skillstream/schemas/topics.ts";
import { grep, grepUnexplained, isCode, isTest, type Rule, type Tree } from "./tree.ts";

/** What no longer fits in a head at once; long lists of data belong in files of their own. */
const linesMax = 600;

/** Where alone an outside package may be imported; tests come in by any door. */
const doors: Record<string, RegExp> = {
  kafkajs: /^platform\/kafka\.ts$/,
  "@kafkajs/confluent-schema-registry": /^platform\/codec\.ts$/,
  "@clickhouse/client": /^platform\/clickhouse\.ts$/,
  chdb: /^platform\/local\/clickhouse\//,
  pino: /^platform\/log\.ts$/,
  "prom-client": /^(platform\/health|services\/[^/]+\/metrics)\.ts$/,
};

/** What each part may import by name, besides itself. */
const layers: Record<string, RegExp> = {
  schemas: /^$/,
  platform: /^@skillstream\/schemas$/,
  services: /^@skillstream\/(schemas|platform)$/,
  cli: /^@skillstream\//,
  bench: /^@skillstream\//,
  training: /^@skillstream\//,
  docs: /^@skillstream\/store$/,
  deploy: /^@skillstream\//,
  test: /^@skillstream\//,
};

const registryHosts = new RegExp(
  [
    ["npmjs", "org"],
    ["yarnpkg", "com"],
    ["pypi", "org"],
    ["pythonhosted", "org"],
    ["repo", "maven", "apache"],
    ["proxy", "golang", "org"],
  ]
    .map((parts) => parts.join("\\."))
    .join("|"),
);

const importPattern =
  /^[ \t]*(?:import|export)\s(?:[^"'`;]*?\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"|\bimport\.meta\.resolve\(\s*"([^"]+)"/gm;

function importsOf(text: string): string[] {
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const packageOf = (specifier: string) =>
  specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : (specifier.split("/")[0] ?? "");

interface Manifest {
  folder: string;
  name: string;
  workspaces: string[];
  scripts: Record<string, string>;
  runtime: Record<string, string>;
  development: Record<string, string>;
}

function manifests(tree: Tree): Manifest[] {
  return [...tree.files]
    .filter(([path]) => /(^|\/)package\.json$/.test(path))
    .map(([path, text]) => {
      const json = JSON.parse(text);
      return {
        folder: path === "package.json" ? "" : `${dirname(path)}/`,
        name: json.name,
        workspaces: json.workspaces ?? [],
        scripts: json.scripts ?? {},
        runtime: json.dependencies ?? {},
        development: json.devDependencies ?? {},
      };
    })
    .sort((a, b) => b.folder.length - a.folder.length);
}

/** Whether one of the blocks around a line is a loop, judged by indentation. */
function inLoop(lines: readonly string[], index: number): boolean {
  let indent = Number.POSITIVE_INFINITY;
  for (let at = index; at >= 0 && indent > 0; at--) {
    const line = lines[at] ?? "";
    const depth = line.search(/\S/);
    if (depth < 0 || depth >= indent) continue;
    if (/^\s*(while|for) ?\(|\bdo \{$/.test(line)) return true;
    indent = depth;
  }
  return false;
}

function dependencyProblems(tree: Tree, all: Manifest[], one: Manifest): string[] {
  const root = all.find((other) => other.folder === "");
  const owner = (path: string) => all.find((other) => path.startsWith(other.folder));
  const texts = [...tree.files].filter(
    ([path]) => (isCode(path) || path === `${one.folder}package.json`) && owner(path) === one,
  );
  const declared = { ...one.runtime, ...one.development };
  const undeclared = texts.flatMap(([path, text]) =>
    isCode(path)
      ? importsOf(text)
          .filter((specifier) => !/^(\.|node:|file:|data:|\/)/.test(specifier))
          .map(packageOf)
          .filter((name) => name !== one.name && declared[name] === undefined)
          .filter((name) => !((isTest(path) || one === root) && root?.development[name] !== undefined))
          // The root holds no code of the product: its tests and measurements import every workspace.
          .filter((name) => !(one === root && name.startsWith("@skillstream/")))
          .map((name) => `${path} imports ${name}, which ${one.folder}package.json does not declare`)
      : [],
  );
  const unused = Object.keys(declared)
    .filter((name) => one !== root || !/^(node|typescript|@biomejs\/biome|@types\/.*)$/.test(name))
    .filter((name) => {
      const users = one === root ? [...tree.files].filter(([path]) => isCode(path)) : texts;
      return !users.some(([path, text]) => isCode(path) && new RegExp(`["'\`]${name}["'\`/]`).test(text));
    })
    .map((name) => `${one.folder}package.json declares ${name}, which nothing imports`);
  const loose = Object.entries(declared)
    .filter(
      ([name, version]) =>
        !/^(npm:\S+@)?\d[\w.+-]*$/.test(version) && !(name.startsWith("@skillstream/") && version === "*"),
    )
    .map(([name, version]) => `${one.folder}package.json does not pin ${name}: ${version}`);
  return [...undeclared, ...unused, ...loose];
}

export const codeRules: Rule[] = [
  {
    name: "a part imports only what stands below it: schemas, then platform, then each service alone, then cli",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) => {
        const part = path.split("/")[0] ?? "";
        if (!isCode(path) || !path.includes("/")) return [];
        const home = manifests(tree).find((one) => one.folder !== "" && path.startsWith(one.folder));
        return importsOf(text).flatMap((specifier) => {
          if (specifier.startsWith(".")) {
            const target = normalize(join(dirname(path), specifier));
            // Replicas of sites serve the unit tests of sources and the whole-system tests alike.
            const isReplica = isTest(path) && target.startsWith("test/replicas/");
            return home === undefined || target.startsWith(home.folder) || isReplica
              ? []
              : [`${path} reaches out of its workspace for ${specifier}: import it by its package's name`];
          }
          const name = packageOf(specifier);
          if (!name.startsWith("@skillstream/") || name === home?.name) return [];
          return layers[part]?.test(name) ? [] : [`${path} may not import ${specifier}`];
        });
      }),
    broken: [
      { files: { "services/1-scrape/a.ts": `import { b } from "@skillstream/store/b.ts";` } },
      { files: { "platform/a.ts": `import {\n  b,\n} from "@skillstream/normalize/b.ts";` } },
      { files: { "schemas/a.ts": `export { b } from "@skillstream/platform/b.ts";` } },
      {
        files: {
          "services/1-scrape/package.json": `{"name":"@skillstream/scrape"}`,
          "services/1-scrape/a.ts": `const b = await import("../4-store/b.ts");`,
        },
      },
    ],
  },
  {
    name: "an outside package with a door is imported through it alone",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) =>
        isCode(path) && !isTest(path) && !path.startsWith("bench/")
          ? importsOf(text).flatMap((specifier) => {
              const door = doors[packageOf(specifier)];
              return door === undefined || door.test(path)
                ? []
                : [`${path} imports ${specifier}; only ${door.source} may`];
            })
          : [],
      ),
    broken: [{ files: { "services/4-store/a.ts": `import { Kafka } from "kafkajs";` } }],
  },
  {
    name: "no file, folder or class has a name that says nothing",
    check: (tree) => [
      ...[...tree.files.keys()]
        // Helm finds its named templates in _helpers.tpl.
        .filter((path) => !path.endsWith("/_helpers.tpl"))
        .filter((path) =>
          path
            .split(/[/._-]/)
            .some((part) => /^(utils?|helpers?|common|misc|base|stuff|shared|lib)$/i.test(part)),
        )
        .map((path) => `${path} does not say what it holds`),
      ...grep(
        tree,
        isCode,
        /\babstract class\b|\bclass (Base|Abstract)/,
        "is a base class: pass a function instead",
      ),
    ],
    broken: [
      { files: { "platform/string-utils.ts": "" } },
      { files: { "services/1-scrape/common/a.ts": "" } },
      { files: { "platform/a.ts": "export abstract class Stage {}" } },
    ],
  },
  {
    name: "no file only passes on what others export",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) => {
        const statements = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "").trim();
        const rest = statements.replace(/export\s[^;]*?\sfrom\s+"[^"]+";?/g, "").trim();
        return isCode(path) && statements !== "" && rest === "" ? [`${path} is a barrel`] : [];
      }),
    broken: [
      { files: { "platform/index.ts": `// All.\nexport * from "./a.ts";\nexport { b } from "./b.ts";\n` } },
    ],
  },
  {
    name: "only a tool's configuration exports a default",
    check: (tree) =>
      grep(
        tree,
        (path) => isCode(path) && !/\.config\.m?[tj]s$/.test(path),
        /^export default\b/,
        "exports a default",
      ),
    broken: [{ files: { "platform/a.ts": "export default function stage() {}" } }],
  },
  {
    name: "every topic's records have a schema of that name, and all topics of the flow the same partitions",
    check: (tree) => [
      ...tree.topics.flatMap((topic) =>
        topic.records.flatMap((record) => {
          const file = `schemas/${tree.schemas[record]}`;
          const text = tree.files.get(file);
          if (text === undefined) return [`${topic.name} carries ${record}, which has no schema file`];
          const { name, namespace } = JSON.parse(text);
          const full = `${namespace}.${name}`;
          return full === subjectOf(record) ? [] : [`${file} defines ${full}, not ${subjectOf(record)}`];
        }),
      ),
      ...(new Set(tree.topics.map((topic) => topic.partitions)).size > 1 ? ["partition counts differ"] : []),
    ],
    broken: [
      { files: {}, tree: { topics: [{ name: "jobs.x.v1", records: ["Posting"], partitions: 8 }] } },
      {
        files: { "schemas/posting.avsc": `{"name":"Job","namespace":"skillstream"}` },
        tree: {
          topics: [{ name: "jobs.x.v1", records: ["Posting"], partitions: 8 }],
          schemas: { Posting: "posting.avsc" },
        },
      },
      {
        files: {},
        tree: {
          topics: [
            { name: "a", records: [], partitions: 8 },
            { name: "b", records: [], partitions: 4 },
          ],
        },
      },
    ],
  },
  {
    name: "topics.ts alone names topics; elsewhere a name is one that it defines",
    check: (tree) => {
      const defined = new Set(tree.topics.map((topic) => topic.name.replace(/\d+$/, "")));
      return [...tree.files].flatMap(([path, text]) => {
        if (isTest(path) || path === "schemas/topics.ts" || path === "package-lock.json") return [];
        if (isCode(path))
          return grep(
            { ...tree, files: new Map([[path, text]]) },
            () => true,
            /["'`]jobs\.\w+\./,
            "names a topic",
          );
        return [...text.matchAll(/\bjobs\.\w+\.(?:[vg](?:\d+|<N>|N\b|\*|\{\{[^}]*\}\}))/g)]
          .map((match) => match[0])
          .filter((name) => !defined.has(name.replace(/(\d+|<N>|N|\*|\{\{.*)$/, "")))
          .map((name) => `${path} names ${name}, which schemas/topics.ts does not define`);
      });
    },
    broken: [
      { files: { "services/4-store/a.ts": `const topic = "jobs.raw.v1";` } },
      { files: { "docker-compose.yml": "topic: jobs.cooked.v1" } },
    ],
  },
  {
    name: "a source file opens with a comment on its purpose",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) => {
        const script = /^#!.*\n/.exec(text)?.[0] ?? "";
        if (!/\.(ts|tsx|mts|mjs|sql|py|sh)$/.test(path) && script === "") return [];
        // A unit test is explained by what it stands beside.
        if (/^(?!test\/).*\.test\.tsx?$/.test(path)) return [];
        const opening = text.slice(script.length).trimStart().split("\n")[0] ?? "";
        return /^(\/\/|\/\*\*?|--|#|""")\s*\S.{15,}/.test(opening)
          ? []
          : [`${path} opens with ${JSON.stringify(opening)}`];
      }),
    broken: [
      { files: { "platform/a.ts": `import { b } from "./b.ts";` } },
      { files: { "schemas/clickhouse/0001-a.sql": "CREATE TABLE a (b Int8)" } },
      { files: { ".ci/run": "#!/bin/bash\nset -eu\n" } },
    ],
  },
  {
    name: "nothing is left to do later, nor printed for debugging",
    check: (tree) => [
      ...grep(
        tree,
        (path) => path !== "package-lock.json",
        /\b(TODO|FIXME|XXX|HACK)\b/,
        "leaves something to do",
      ),
      ...grep(
        tree,
        (path) => /^(services|platform)\//.test(path) && isCode(path) && !isTest(path),
        /\bconsole\.(?!error\b)\w+\(|^\s*debugger\b/,
        "prints past the log (platform/log.ts)",
      ),
      ...grep(
        tree,
        // Before its settings are read, a process has no log yet.
        (path) => /^(services|platform)\/(?!.*\bmain\.ts$)/.test(path) && isCode(path) && !isTest(path),
        /\bconsole\.error\(/,
        "prints past the log (platform/log.ts)",
      ),
    ],
    broken: [
      { files: { "cli/a.ts": "// TODO: the rest" } },
      { files: { "services/4-store/main.ts": `console.log("here");` } },
      { files: { "services/4-store/a.ts": `console.error("here");` } },
    ],
  },
  {
    name: "every test runs, and one that may be skipped says why",
    check: (tree) => [
      ...grep(
        tree,
        isTest,
        /\b(it|test|describe|suite)\.only\b|\bfit\(|\bfdescribe\(/,
        "keeps all other tests from running",
      ),
      ...grepUnexplained(
        tree,
        isTest,
        /\b(it|test|describe)\.(skip|todo|fails)\b/,
        "skips without a comment on why",
      ),
    ],
    broken: [
      { files: { "platform/a.test.ts": `test.only("a", () => {});` } },
      { files: { "platform/a.test.ts": `\ntest.skip("a", () => {});` } },
    ],
  },
  {
    name: "a test waits for an event; it sleeps only between two looks, or says why",
    check: (tree) =>
      grepUnexplained(
        tree,
        (path) => /\.test\.tsx?$/.test(path),
        // A stand-in for something slow may take some milliseconds.
        /\bsetTimeout\(\s*(resolve|done|r|res|ok)\b(?!, \d{1,2}\))|\bawait\s+(setTimeout|sleep|delay|pause)\((?!\d{1,2}[,)])/,
        "sleeps without a comment on why no event can be awaited",
      ).filter((complaint) => {
        const [, path = "", line = "0"] = /^(\S+):(\d+) /.exec(complaint) ?? [];
        return !inLoop((tree.files.get(path) ?? "").split("\n"), Number(line) - 1);
      }),
    broken: [
      { files: { "platform/a.test.ts": "\nawait new Promise((resolve) => setTimeout(resolve, 500));" } },
      { files: { "platform/a.test.ts": "\nwhile (busy()) {\n}\nawait sleep(500);" } },
    ],
  },
  {
    name: "nothing here knows the machine it was written on, or where its packages came from",
    check: (tree) => [
      ...grep(
        tree,
        () => true,
        /(?<![\w.:/-])\/(root|srv|work|Users)\/[\w.]/,
        "names a folder of one machine",
      ),
      ...grep(
        tree,
        (path) => !path.startsWith("deploy/"),
        /(?<![\w.:/-])\/home\/[\w.]/,
        "names a folder of one machine",
      ),
      ...grep(tree, () => true, registryHosts, "names a package registry"),
      ...grep(
        tree,
        (path) => path === "package-lock.json",
        /"resolved": "http/,
        "records a package's address",
      ),
    ],
    broken: [
      { files: { "a.sh": "cd /root/skillstream" } },
      { files: { "a.md": "see /home/someone/notes" } },
      { files: { ".npmrc": `registry=https://${["registry", "npmjs", "org"].join(".")}/` } },
      { files: { "package-lock.json": `"resolved": "https://example.org/a.tgz"` } },
    ],
  },
  {
    name: "workspaces exist, and each declares exactly what its files import, pinned",
    check: (tree) => {
      const all = manifests(tree);
      const root = all.find((one) => one.folder === "");
      const missing = (root?.workspaces ?? [])
        .filter((folder) => !tree.files.has(`${folder}/package.json`))
        .map((folder) => `workspace ${folder} has no package.json`);
      return [...missing, ...all.flatMap((one) => dependencyProblems(tree, all, one))];
    },
    broken: [
      { files: { "package.json": `{"workspaces":["platform"]}` } },
      { files: { "platform/package.json": `{"name":"p"}`, "platform/a.ts": `import { b } from "b/c.js";` } },
      { files: { "platform/package.json": `{"name":"p","dependencies":{"b":"1.0.0"}}` } },
      {
        files: {
          "platform/package.json": `{"name":"p","dependencies":{"b":"^1.0.0"}}`,
          "platform/a.ts": `import { b } from "b";`,
        },
      },
    ],
  },
  {
    name: "migrations are numbered without gaps",
    check: (tree) => {
      const files = [...tree.files.keys()]
        .filter((path) => /^schemas\/clickhouse\/[^/]+\.sql$/.test(path))
        .sort();
      return files.flatMap((path, position) =>
        Number(/(\d+)[^/]*$/.exec(path)?.[1] ?? -1) === position + 1
          ? []
          : [`${path} is not number ${position + 1}`],
      );
    },
    broken: [{ files: { "schemas/clickhouse/0001-a.sql": "", "schemas/clickhouse/0003-b.sql": "" } }],
  },
  {
    name: "SQL binds its parameters; no text is pasted into it",
    check: (tree) => [
      ...grep(
        tree,
        (path) => path.endsWith(".sql"),
        /\$\{|\{\{|%s\b|(?<![\w'"])\?(?![\w'"?:])/,
        "is a template: bind {name:Type}",
      ),
      ...[...tree.files].flatMap(([path, text]) =>
        isCode(path) &&
        !isTest(path) &&
        /`\s*(SELECT|INSERT|ALTER|CREATE|DELETE|DROP|WITH|OPTIMIZE)\b[^`]*\$\{/.test(text)
          ? [`${path} pastes text into SQL`]
          : [],
      ),
    ],
    broken: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template by mistake
      { files: { "services/5-serve/queries/a.sql": "SELECT * FROM a WHERE b = '${b}'" } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
      { files: { "services/5-serve/a.ts": "query(`SELECT * FROM ${table}`)" } },
    ],
  },
  {
    name: `a file is at most ${linesMax} lines long`,
    check: (tree) =>
      [...tree.files]
        // A chapter of tests is read one test at a time.
        .filter(([path]) => !/\.test\.tsx?$/.test(path))
        .filter(([path]) => isCode(path) || /\.(sql|py|sh|css)$/.test(path))
        .map(([path, text]) => ({ path, lines: text.split("\n").length - 1 }))
        .filter(({ lines }) => lines > linesMax)
        .map(({ path, lines }) => `${path} has ${lines} lines`),
    broken: [{ files: { "platform/a.ts": "\n".repeat(linesMax + 1) } }],
  },
  {
    name: "nothing happens at import, but in the files that are started",
    check: (tree) => {
      const scripts = manifests(tree).flatMap(({ folder, scripts }) =>
        Object.values(scripts).flatMap((script) =>
          [...script.matchAll(/\bnode (\S+)/g)].map(([, file = ""]) => folder + file),
        ),
      );
      const started = (path: string) => /\b(main|worker)\.ts$/.test(path) || scripts.includes(path);
      return grep(
        tree,
        (path) => isCode(path) && !isTest(path) && !started(path),
        /^(await|void|process\.(on|once|exit)|parentPort)\b/,
        "does something at import; only a main.ts, a worker.ts or an npm script may",
      );
    },
    broken: [{ files: { "platform/a.ts": "await connect();" } }],
  },
  {
    name: "the environment is read through platform/settings.ts",
    check: (tree) => {
      const variables = Object.values(tree.settings).map(({ variable }) => variable);
      return grep(
        tree,
        (path) => isCode(path) && !isTest(path),
        new RegExp(
          `\\benv(\\.|\\[["'])(SKILLSTREAM_\\w+${variables.map((one) => `|${one}`).join("")})\\b(?!["'\\]]*\\s*=[^=])`,
        ),
        "reads a setting past platform/settings.ts",
      );
    },
    broken: [
      { files: { "cli/a.ts": "const home = process.env.SKILLSTREAM_HOME;" } },
      {
        files: { "cli/a.ts": `const port = process.env["PORT"];` },
        tree: { settings: { port: { variable: "PORT" } } },
      },
    ],
  },
  {
    name: "a length of time has its unit in its name",
    check: (tree) =>
      grep(
        tree,
        (path) => isCode(path) && !isTest(path) && path !== "bootstrap.mjs",
        /\bconst \w*([tT]imeout|[iI]nterval|[dD]elay|[bB]ackoff|[gG]race|[pP]atience) = [\d(]/,
        "is a time without a unit",
      ),
    broken: [{ files: { "platform/a.ts": "const fetchTimeout = 30_000;" } }],
  },
  {
    name: "every query file is named by the code that runs it",
    check: (tree) =>
      [...tree.files.keys()]
        .filter((path) => /\/queries\/[^/]+\.sql$/.test(path))
        .filter((path) => {
          const service = path.slice(0, path.indexOf("queries/"));
          const stem = (path.split("/").at(-1) ?? "").replace(".sql", "");
          return ![...tree.files].some(
            ([other, text]) =>
              isCode(other) &&
              (other.startsWith(service) || other.startsWith("deploy/")) &&
              !isTest(other) &&
              text.includes(stem),
          );
        })
        .map((path) => `${path} is run by nothing`),
    broken: [{ files: { "services/5-serve/queries/a_b.sql": "SELECT 1", "services/5-serve/a.ts": "" } }],
  },
];
