// Owns the trend chart: the share of jobs that ask for each skill, month by month, as lines, and the same
// figures as a table. Arrow keys move through the months; what stands there is read out.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { SkillChange, SkillMonth } from "../trends.ts";
import {
  formatBounds,
  formatCount,
  formatMonth,
  formatMonthTick,
  formatPoints,
  formatShare,
} from "./format.ts";

/** As many as the palette tells apart. */
const linesMax = 8;
const linesFirst = 6;
const skillsOffered = 18;
const chartHeightPx = 340;

const kindNames: Record<string, string> = {
  technology: "Technologies",
  method: "Methods",
  domain: "Domains",
  soft: "Soft skills",
  language: "Languages",
  certification: "Certifications",
};

interface Series {
  skill: string;
  kind: string;
  clusters: number;
  shares: number[];
  counts: number[];
  /** Of each month, in words. */
  intervals: string[];
}

function toSeries(rows: SkillMonth[], months: string[]): Series[] {
  const series = new Map<string, Series>();
  const place = new Map(months.map((month, index) => [month, index]));
  for (const { skill, kind, month, clusters, share, share_low, share_high } of rows) {
    const index = place.get(month);
    if (index === undefined) continue;
    let one = series.get(skill);
    if (one === undefined) {
      one = {
        skill,
        kind,
        clusters: 0,
        shares: months.map(() => 0),
        counts: months.map(() => 0),
        intervals: months.map(() => ""),
      };
      series.set(skill, one);
    }
    one.clusters += clusters;
    one.shares[index] = share;
    one.counts[index] = clusters;
    one.intervals[index] = `${formatShare(share_low)} to ${formatShare(share_high)}`;
  }
  return [...series.values()].sort((a, b) => b.clusters - a.clusters || a.skill.localeCompare(b.skill));
}

interface TrendChartProps {
  months: string[];
  rows: SkillMonth[];
  changes: SkillChange[];
  /** What to bear in mind when months are compared. */
  doubts: ComponentChildren;
}

export function TrendChart({ months, rows, changes, doubts }: TrendChartProps) {
  const all = useMemo(() => toSeries(rows, months), [rows, months]);
  const kinds = useMemo(() => [...new Set(all.map((one) => one.kind))].sort(), [all]);
  const [wanted, setKind] = useState("technology");
  const kind = kinds.includes(wanted) ? wanted : "";
  const [asTable, setAsTable] = useState(false);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const slots = useRef(new Map<string, number>());

  const offered = all.filter((one) => kind === "" || one.kind === kind).slice(0, skillsOffered);
  // Until somebody chooses, the lines that are there stay, so that the picture does not jump as ranks change.
  const shown = stable(offered, chosen, slots.current);
  const toggle = (skill: string) => {
    const names = shown.map((one) => one.skill);
    if (names.includes(skill)) setChosen(names.filter((name) => name !== skill));
    else if (names.length < linesMax) setChosen([...names, skill]);
  };

  return (
    <section class="card chart" aria-labelledby="chart-title">
      <header>
        <div>
          <h2 id="chart-title">What postings ask for</h2>
          <p class="note">Share of the jobs of each month that name a skill; reposts of one job count once</p>
          {doubts}
        </div>
        <div class="controls">
          <label>
            <span class="unseen">Kind of skill</span>
            <select
              value={kind}
              onChange={(event) => {
                setKind(event.currentTarget.value);
                setChosen(null);
                slots.current.clear();
              }}
            >
              <option value="">All kinds</option>
              {kinds.map((name) => (
                <option key={name} value={name}>
                  {kindNames[name] ?? name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" class="switch" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
        </div>
      </header>
      {asTable ? (
        <TrendTable months={months} series={offered} changes={changes} />
      ) : (
        <Lines months={months} series={shown} slots={slots.current} />
      )}
      {!asTable && (
        <fieldset class="legend">
          <legend class="unseen">Skills in the chart, at most {linesMax}</legend>
          {offered.map(({ skill }) => {
            const slot = shown.some((one) => one.skill === skill) ? slots.current.get(skill) : undefined;
            return (
              <button
                key={skill}
                type="button"
                class={slot === undefined ? "chip" : `chip on s${slot}`}
                aria-pressed={slot !== undefined}
                disabled={slot === undefined && shown.length >= linesMax}
                onClick={() => toggle(skill)}
              >
                {skill}
              </button>
            );
          })}
        </fieldset>
      )}
    </section>
  );
}

/** Chooses the lines and gives each a colour that it keeps for as long as it is shown. */
function stable(offered: Series[], chosen: string[] | null, slots: Map<string, number>): Series[] {
  const wanted = chosen ?? [
    ...offered.filter((one) => slots.has(one.skill)).map((one) => one.skill),
    ...offered.map((one) => one.skill),
  ];
  const names = new Set([...new Set(wanted)].slice(0, chosen === null ? linesFirst : linesMax));
  for (const skill of slots.keys()) if (!names.has(skill)) slots.delete(skill);
  for (const skill of names) {
    if (slots.has(skill)) continue;
    const taken = new Set(slots.values());
    slots.set(skill, [...Array(linesMax).keys()].find((slot) => !taken.has(slot)) ?? 0);
  }
  return offered.filter((one) => names.has(one.skill));
}

function Lines({
  months,
  series,
  slots,
}: {
  months: string[];
  series: Series[];
  slots: Map<string, number>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const [at, setAt] = useState<number | null>(null);
  const [theme, setTheme] = useState(0);
  const names = series.map((one) => `${one.skill}\n${slots.get(one.skill)}`).join("\n");
  const data: uPlot.AlignedData = [months.map((_, index) => index), ...series.map((one) => one.shares)];

  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setTheme((count) => count + 1);
    scheme.addEventListener("change", changed);
    return () => scheme.removeEventListener("change", changed);
  }, []);

  // New figures are set below; only new lines, months or colours need a new chart.
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: colour("--muted"), font, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: chartHeightPx,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(0.05, max * 1.08)] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            splits: () => months.map((_, index) => index),
            values: (self, splits) => {
              const every = Math.max(1, Math.ceil((splits.length * 44) / self.width));
              return splits.map((index) => {
                const last = splits.length - 1;
                return (last - index) % every === 0 ? formatMonthTick(months[index] ?? "") : "";
              });
            },
            size: 44,
          },
          {
            ...axis,
            size: 48,
            grid: { stroke: colour("--line"), width: 1 },
            values: (_, splits) => splits.map((share) => formatShare(share)),
          },
        ],
        series: [
          {},
          ...series.map((one) => ({
            label: one.skill,
            stroke: colour(`--s${slots.get(one.skill)}`),
            width: 2,
            points: { show: months.length < 3 },
            // Colour is not the only thing that tells lines apart.
            ...((slots.get(one.skill) ?? 0) >= linesFirst / 2 ? { dash: [7, 4] } : {}),
          })),
        ],
        hooks: { setCursor: [(self) => setAt(self.cursor.idx ?? null)] },
      },
      data,
      element,
    );
    chart.current = plot;
    const resize = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: chartHeightPx }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [names, months.join(), theme]);

  useEffect(() => chart.current?.setData(data), [series, months]);

  const move = (event: KeyboardEvent) => {
    const last = months.length - 1;
    const from = at ?? last + 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    const plot = chart.current;
    if (to === undefined || plot === undefined) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    plot.setCursor({ left: plot.valToPos(index, "x"), top: 1 });
  };

  const index = at ?? months.length - 1;
  const ranked = [...series].sort((a, b) => (b.shares[index] ?? 0) - (a.shares[index] ?? 0));
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: no element means a chart that is moved through by keys. */}
      <div
        ref={host}
        class="plot"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move through the months.
        tabIndex={0}
        aria-label="Trend chart. The arrow keys move through the months; the button Table shows all figures."
        onKeyDown={move}
      />
      <p class="readout" aria-live={at === null ? "off" : "polite"}>
        <b>{months[index] === undefined ? "" : formatMonth(months[index])}</b>
        {ranked.map((one) => (
          <span key={one.skill} class={`value s${slots.get(one.skill)}`}>
            {one.skill} <b>{formatShare(one.shares[index] ?? 0)}</b>
          </span>
        ))}
      </p>
    </>
  );
}

interface TrendTableProps {
  months: string[];
  series: Series[];
  changes: SkillChange[];
}

function TrendTable({ months, series, changes }: TrendTableProps) {
  const bySkill = new Map(changes.map((change) => [change.skill, change]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key.
    <section class="scroll" tabIndex={0} aria-label="Figures of the chart">
      <table>
        <thead>
          <tr>
            <th scope="col">Skill</th>
            <th scope="col" title="The last three months against the three before, in percentage points">
              Change
            </th>
            {months.toReversed().map((month) => (
              <th key={month} scope="col">
                {formatMonth(month)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.map((one) => (
            <tr key={one.skill}>
              <th scope="row">{one.skill}</th>
              <td>
                <Change change={bySkill.get(one.skill)} />
              </td>
              {one.shares
                .map((share, index) => (
                  <td
                    key={months[index]}
                    title={`${formatCount(one.counts[index] ?? 0)} jobs; ${one.intervals[index]}`}
                  >
                    {formatShare(share)}
                  </td>
                ))
                .toReversed()}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A change that may as well be none is not shown as one. */
function Change({ change }: { change: SkillChange | undefined }) {
  if (change === undefined) return <span class="note">–</span>;
  const interval = formatBounds(change.change_low, change.change_high);
  return change.verdict === "not sure" ? (
    <span class="note">
      not sure <span class="interval">({interval})</span>
    </span>
  ) : (
    <>
      <b>{formatPoints(change.change)}</b> <span class="note interval">({interval})</span>
    </>
  );
}
