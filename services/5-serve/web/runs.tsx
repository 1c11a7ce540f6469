// Owns the page of sources and runs: what stands where. It shows what the scraper says of itself, live, and
// says so when nobody answers.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CrawlSource, Run } from "../crawls.ts";
import { formatCount } from "./format.ts";
import { Header } from "./header.tsx";
import { isTrouble } from "./outcome.tsx";
import { RunItem } from "./run-list.tsx";
import { SourcesCard } from "./sources.tsx";
import { type Crawls, watchCrawls } from "./watch-crawls.ts";

const runsFirst = 50;
const runsMax = 200;

function RunsPage() {
  const [crawls, setCrawls] = useState<Crawls>({ runs: undefined, sources: undefined, trouble: null });
  const [target, setTarget] = useState("");
  const [limit, setLimit] = useState(runsFirst);
  useEffect(
    () => watchCrawls({ target, limit }, (change) => setCrawls((before) => ({ ...before, ...change }))),
    [target, limit],
  );
  const { runs, sources, trouble } = crawls;
  const nowMs = Date.now();
  const state = trouble === null ? (runs === undefined ? "Connecting" : "Live") : "Reconnecting";
  // A target that is chosen is shown at once, before the answer that holds it alone.
  const shown = target === "" ? runs : runs?.filter((run) => run.target === target);

  return (
    <>
      <Header here="runs.html" state={state} />
      <main>
        <h1 class="unseen">Sources and runs</h1>
        <div role="alert" class={trouble === null ? "unseen" : "trouble"}>
          {trouble !== null &&
            `${trouble} ${runs === undefined ? "The page asks again by itself." : "What is shown is the last that was known; the page asks again by itself."}`}
        </div>
        {sources !== undefined && runs !== undefined && <Figures sources={sources} runs={runs} />}
        <div class="columns crawls">
          {sources !== undefined && (
            <SourcesCard
              sources={sources}
              lastRun={(wanted) => runs?.find((run) => run.target === wanted && run.missing !== null)}
              chosen={target}
              choose={setTarget}
              nowMs={nowMs}
            />
          )}
          {shown !== undefined && (
            <section class="card" aria-labelledby="runs-title">
              <header>
                <h2 id="runs-title">{target === "" ? "Runs" : `Runs of ${target}`}</h2>
                {target !== "" && (
                  <button type="button" onClick={() => setTarget("")}>
                    All runs
                  </button>
                )}
              </header>
              {shown.length === 0 && (
                <p class="note">None yet. A run appears here as soon as it begins, on its schedule.</p>
              )}
              <ol class="runs">
                {shown.map((run) => (
                  <li key={run.id}>
                    <RunItem run={run} nowMs={nowMs} />
                  </li>
                ))}
              </ol>
              {shown.length >= limit && limit < runsMax && (
                <button type="button" class="more" onClick={() => setLimit(runsMax)}>
                  Show earlier runs
                </button>
              )}
            </section>
          )}
        </div>
      </main>
      <footer class="note">
        <p>
          The same as JSON: <a href="/api/runs">runs</a>, <a href="/api/sources">sources</a>,{" "}
          <a href="/api/openapi.json">all of the API</a>.
        </p>
      </footer>
    </>
  );
}

function Figures({ sources, runs }: { sources: CrawlSource[]; runs: Run[] }) {
  const targets = sources.filter((source) => source.on).flatMap((source) => source.targets);
  const figures = [
    ["on", "Sources on", `${sources.filter((source) => source.on).length} of ${sources.length}`],
    ["targets", "Targets", formatCount(targets.length)],
    ["troubled", "In trouble", formatCount(targets.filter(({ health }) => isTrouble(health)).length)],
    ["running", "Running now", formatCount(runs.filter(({ result }) => result === "running").length)],
  ] as const;
  return (
    <dl class="figures">
      {figures.map(([id, name, value]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd id={id}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const root = document.getElementById("page");
if (root !== null) render(<RunsPage />, root);
