// Owns Grafana's dashboard: makes deploy/grafana/dashboards/skills.json from the SQL files that the API runs
// too, or with --check fails where it has drifted. The SQL stays as it is; only its parameters become Grafana's
// variables. It refuses a query file that no list names and a parameter that no variable stands for.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const queries = new URL("../../services/5-serve/queries/", import.meta.url);
const target = new URL("dashboards/skills.json", import.meta.url);

export const clickhouseUid = "skillstream-clickhouse";
export const prometheusUid = "skillstream-prometheus";

/** Grafana's own form, of a variable and how it is written into the text. */
const variable = (name: string) => `$\{${name}}`;

/** What stands for each parameter of the queries. Text is quoted by Grafana, dates come from the time range. */
const parameters: Record<string, string> = {
  generation: "toUInt32($generation)",
  from: `toDate('${variable("__from:date:YYYY-MM-DD")}')`,
  to: `toDate('${variable("__to:date:YYYY-MM-DD")}')`,
  months: "toUInt8($months)",
  clusters_min: "toUInt32(20)",
  limit: "$limit",
  kind: variable("kind:sqlstring"),
  skill: variable("skill:sqlstring"),
};

/** Query files without a panel, and why. */
const withoutPanel: Record<string, string> = {
  ledger: "needs the raw topic's bounds, which only Kafka knows; the API has it",
  live_generation: "is the variable that the other queries stand on",
  posting: "shows one posting, which is the page's business",
};

type Panel = Record<string, unknown>;

interface Query {
  file: string;
  title: string;
  type: "timeseries" | "table" | "barchart" | "stat";
  width: number;
  height: number;
  /** Parameters that this panel decides, instead of a variable. */
  fixed?: Record<string, string>;
  more?: Panel;
}

const share = {
  matcher: { id: "byRegexp", options: "/^(share|change)/" },
  properties: [{ id: "unit", value: "percentunit" }],
};
const bySkill = [
  { id: "filterFieldsByName", options: { include: { names: ["month", "skill", "share"] } } },
  { id: "partitionByValues", options: { fields: ["skill"], keepFields: false } },
];

const panels: Query[] = [
  { file: "landed_totals", title: "Landed", type: "stat", width: 6, height: 5 },
  {
    file: "postings_per_month",
    title: "Jobs and postings by month",
    type: "timeseries",
    width: 18,
    height: 5,
  },
  {
    file: "top_skills_by_month",
    title: "Most wanted skills, share of jobs",
    type: "timeseries",
    width: 24,
    height: 10,
    more: { transformations: bySkill, fieldConfig: { defaults: { unit: "percentunit" }, overrides: [] } },
  },
  {
    file: "compared_periods",
    title: "What is compared below, and who answered",
    type: "table",
    width: 24,
    height: 4,
  },
  {
    file: "skill_changes",
    title: "Rising skills: those that are sure to",
    type: "table",
    width: 12,
    height: 9,
    fixed: { direction: "'rising'" },
  },
  {
    file: "skill_changes",
    title: "Falling skills: those that are sure to",
    type: "table",
    width: 12,
    height: 9,
    fixed: { direction: "'falling'" },
  },
  {
    file: "skill_changes",
    title: "Top skills and their changes, sure or not",
    type: "table",
    width: 24,
    height: 9,
    fixed: { direction: "''" },
  },
  {
    file: "skill_trend_by_month",
    title: "One skill: $skill",
    type: "timeseries",
    width: 24,
    height: 9,
    more: {
      transformations: [
        {
          id: "filterFieldsByName",
          options: { include: { names: ["month", "share", "share_low", "share_high"] } },
        },
      ],
    },
  },
  { file: "newest_postings", title: "Newest postings", type: "table", width: 24, height: 9 },
  { file: "outcomes", title: "What became of events", type: "table", width: 12, height: 8 },
  { file: "rejections", title: "Rejected and dropped", type: "table", width: 12, height: 8 },
  { file: "data_checks", title: "Checks of the data", type: "table", width: 24, height: 8 },
];

interface Metric {
  title: string;
  expr: string;
  legend: string;
  unit: string;
}

const metrics: Metric[] = [
  {
    title: "Records answered",
    expr: "sum by (stage, outcome) (rate(stage_records_total[$__rate_interval]))",
    legend: "{{stage}} {{outcome}}",
    unit: "reqps",
  },
  {
    title: "Lag",
    expr: "sum by (stage) (messaging_consumer_lag_records)",
    legend: "{{stage}}",
    unit: "short",
  },
  {
    title: "Partitions that wait",
    expr: "sum by (stage) (stage_paused_partitions)",
    legend: "{{stage}}",
    unit: "short",
  },
];

/** The file's text with Grafana's variables in its parameters' place; its opening comment is the description. */
export function toGrafana(
  file: string,
  text: string,
  fixed: Record<string, string> = {},
): { description: string; sql: string } {
  const [, comment = "", sql = text] = /^((?:--.*\n)*)([\s\S]*)$/.exec(text) ?? [];
  const description = comment
    .replace(/^-- ?/gm, "")
    .trim()
    .replace(/\s*\n\s*/g, " ");
  return {
    description,
    sql: sql.trim().replace(/\{(\w+):[\w(), ]+\}/g, (_, name: string) => {
      const replacement = fixed[name] ?? parameters[name];
      if (replacement === undefined)
        throw new Error(`${file}.sql takes {${name}}, for which dashboards.ts has no variable`);
      return replacement;
    }),
  };
}

export function makeDashboard(read: (file: string) => string, files: readonly string[]): object {
  const named = new Set([...panels.map((panel) => panel.file), ...Object.keys(withoutPanel)]);
  for (const file of files) {
    if (!named.has(file))
      throw new Error(`queries/${file}.sql has no panel; list it in deploy/grafana/dashboards.ts`);
  }
  const clickhouse = { type: "grafana-clickhouse-datasource", uid: clickhouseUid };
  const prometheus = { type: "prometheus", uid: prometheusUid };
  const place = placer();
  const target = (sql: string) => ({
    refId: "A",
    datasource: clickhouse,
    editorType: "sql",
    queryType: "table",
    format: 1,
    rawSql: sql,
  });
  const queryPanels = panels.map(({ file, title, type, width, height, fixed, more }): Panel => {
    const { description, sql } = toGrafana(file, read(file), fixed);
    return {
      type,
      title,
      description,
      datasource: clickhouse,
      gridPos: place(width, height),
      fieldConfig: { defaults: {}, overrides: [share] },
      ...more,
      targets: [target(sql)],
    };
  });
  const row = { type: "row", title: "The flow", collapsed: false, panels: [], gridPos: place(24, 1) };
  const metricPanels = metrics.map(
    ({ title, expr, legend, unit }): Panel => ({
      type: "timeseries",
      title,
      datasource: prometheus,
      gridPos: place(8, 8),
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: [{ refId: "A", datasource: prometheus, expr, legendFormat: legend }],
    }),
  );
  return {
    uid: "skillstream-skills",
    title: "Skills",
    description: "Which skills the market asks for. The demo source's postings are made up.",
    tags: ["skillstream"],
    editable: false,
    schemaVersion: 41,
    refresh: "30s",
    time: { from: "now-18M", to: "now" },
    timezone: "utc",
    templating: {
      list: [
        {
          name: "generation",
          label: "Generation",
          type: "query",
          datasource: clickhouse,
          query: toGrafana("live_generation", read("live_generation")).sql,
          definition: "the live one",
          refresh: 2,
          hide: 2,
        },
        {
          name: "kind",
          label: "Kind",
          type: "custom",
          query: "all : ,technology,method,domain,soft,language,certification",
          current: { text: "all", value: "" },
        },
        {
          name: "skill",
          label: "Skill",
          type: "query",
          datasource: clickhouse,
          query:
            "SELECT skill FROM skill_trends WHERE generation = toUInt32($generation) AND source = '' AND skill != '' GROUP BY skill ORDER BY sum(clusters) DESC LIMIT 500",
          refresh: 2,
        },
        choice("months", "Months compared", ["3", "1", "6", "12"]),
        choice("limit", "Rows", ["10", "20", "50"]),
      ],
    },
    panels: [...queryPanels, row, ...metricPanels].map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function choice(name: string, label: string, values: string[]): Panel {
  return {
    name,
    label,
    type: "custom",
    query: values.join(","),
    current: { text: values[0], value: values[0] },
  };
}

/** Panels side by side from the left, in rows as high as their highest. */
function placer() {
  let [x, y, rowHeight] = [0, 0, 0];
  return (width: number, height: number) => {
    if (x + width > 24) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const position = { x, y, w: width, h: height };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return position;
  };
}

export function generated(): string {
  const files = readdirSync(queries)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length));
  const read = (file: string) => readFileSync(new URL(`${file}.sql`, queries), "utf8");
  return `${JSON.stringify(makeDashboard(read, files), null, 2)}\n`;
}

if (import.meta.main) {
  if (!process.argv.includes("--check")) {
    writeFileSync(target, generated());
  } else if (readFileSync(target, "utf8") !== generated()) {
    console.error(
      "deploy/grafana/dashboards has drifted from the SQL files: run node deploy/grafana/dashboards.ts",
    );
    process.exitCode = 1;
  }
}
