// Owns how runs are shown: newest first, one line each with what came of it, how far it is while it runs, and
// behind the line its steps, counts, retries and errors. What a site said is put in as text.
import type { Counts, Run, Step } from "../crawls.ts";
import { formatCount, formatDuration, formatExact, formatRate } from "./format.ts";
import { isTrouble, Outcome, When } from "./outcome.tsx";

const stepNames: Record<Step["step"], string> = {
  list: "Lists",
  postings: "Postings",
  recheck: "Asked after",
};

const looked = ({ found, seen, closed, known, failed }: Counts) => found + seen + closed + known + failed;

export function RunItem({ run, nowMs }: { run: Run; nowMs: number }) {
  const { counts, steps, errors } = run;
  const retries = steps.reduce((sum, step) => sum + step.retries, 0);
  return (
    <details class="run">
      <summary>
        <span class="line">
          <b class="name">{run.target}</b>
          <Outcome outcome={run.result} cause={run.cause} />
        </span>
        <span class="figures-line note">
          <Told counts={counts} running={run.result === "running"} />
          {retries > 0 && <span>{plural(retries, "retry", "retries")}</span>}
          {errors.length > 0 && <span>{plural(errors.length, "error", "errors")}</span>}
          <span class="when">
            {run.result === "running" ? "began " : ""}
            <When time={run.started_at} nowMs={nowMs} />
          </span>
        </span>
        {run.result === "running" && <Progress run={run} />}
        {isTrouble(run.result) && run.reason !== null && <span class="reason">{run.reason}</span>}
      </summary>
      <RunDetail run={run} nowMs={nowMs} />
    </details>
  );
}

function Told({ counts, running }: { counts: Counts; running: boolean }) {
  const { found, seen, closed, known, failed } = counts;
  const parts = [
    [found, "new or changed"],
    [seen, "still there"],
    [closed, "closed"],
    [known, "as they were"],
    [failed, "failed"],
  ] as const;
  const told = parts.filter(([figure]) => figure > 0);
  if (told.length === 0) return <span>{running ? "nothing yet" : "nothing"}</span>;
  return (
    <>
      {told.map(([figure, what]) => (
        <span key={what}>
          <b>{formatCount(figure)}</b> {what}
        </span>
      ))}
    </>
  );
}

function Progress({ run: { progress, counts, target } }: { run: Run }) {
  if (progress === null) return null;
  const done = looked(counts);
  const { rate, waiting, left_s } = progress;
  return (
    <span class="progress">
      <progress max={Math.max(1, done + waiting)} value={done} aria-label={`How far ${target} is`} />
      <span class="note">
        {formatCount(done)} of {formatCount(done + waiting)} known so far · {formatRate(rate)} a second
        {left_s !== null && ` · about ${formatDuration(left_s * 1000)} left`}
      </span>
    </span>
  );
}

function RunDetail({ run, nowMs }: { run: Run; nowMs: number }) {
  const { started_at, ended_at, since, keyword, location, missing, trigger, reason } = run;
  const endMs = ended_at === null ? nowMs : Date.parse(ended_at);
  const facts: [string, preact.ComponentChildren][] = [
    ["Why it began", trigger],
    ["Began", formatExact(started_at)],
    [ended_at === null ? "Running for" : "Took", formatDuration(Math.max(0, endMs - Date.parse(started_at)))],
  ];
  if (keyword !== null) facts.push(["Keyword", keyword]);
  if (location !== null) facts.push(["Place", location]);
  if (since !== null) facts.push(["Posted since", <When key="since" time={since} nowMs={nowMs} />]);
  if (missing !== null) facts.push(["Not shown by the site", `about ${formatCount(missing)}`]);
  if (reason !== null && !isTrouble(run.result)) facts.push(["Reason", reason]);
  return (
    <div class="detail">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Steps run={run} nowMs={nowMs} />
      <Errors errors={run.errors} nowMs={nowMs} />
    </div>
  );
}

function Steps({ run: { steps, target }, nowMs }: { run: Run; nowMs: number }) {
  if (steps.length === 0) return <p class="note">No step has begun.</p>;
  return (
    // What scrolls must be reached by key.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the same
    <section class="scroll" tabIndex={0} aria-label={`Steps of ${target}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Requests</th>
            <th scope="col">Retries</th>
            <th scope="col">New or changed</th>
            <th scope="col">Still there</th>
            <th scope="col">Closed</th>
            <th scope="col">As it was</th>
            <th scope="col">Failed</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={`${step.step} ${step.started_at}`}>
              <th scope="row">{stepNames[step.step]}</th>
              {[step.requests, step.retries, step.found, step.seen, step.closed, step.known, step.failed].map(
                (figure, index) => (
                  <td key={index}>{formatCount(figure)}</td>
                ),
              )}
              <td title={formatExact(step.started_at)}>
                {formatDuration(
                  Math.max(
                    0,
                    (step.ended_at === null ? nowMs : Date.parse(step.ended_at)) -
                      Date.parse(step.started_at),
                  ),
                )}
                {step.ended_at === null && " so far"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Errors({ errors, nowMs }: { errors: Run["errors"]; nowMs: number }) {
  if (errors.length === 0) return <p class="note">No errors.</p>;
  return (
    <>
      <h3>{plural(errors.length, "error", "errors")}, the last few</h3>
      <ul class="errors">
        {errors.map(({ at, url, reason }) => (
          <li key={`${at} ${url}`}>
            <span class="reason">{reason}</span>
            <span class="note">
              {url} · <When time={at} nowMs={nowMs} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const plural = (figure: number, one: string, many: string) =>
  `${formatCount(figure)} ${figure === 1 ? one : many}`;
