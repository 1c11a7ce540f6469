// Owns the page: what stands where. It shows what the feed says and decides nothing; every string of a
// posting is put in as text.
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { NewestPosting } from "../feed.ts";
import type { Answered, Compared, SkillChange } from "../trends.ts";
import { FlowCard, LedgerCard } from "./balance.tsx";
import { TrendChart } from "./chart.tsx";
import {
  formatAgo,
  formatBounds,
  formatCount,
  formatMonth,
  formatPoints,
  formatRate,
  formatShare,
} from "./format.ts";
import { Header } from "./header.tsx";
import { type Live, watchFeed } from "./live.ts";

function Page() {
  const [live, setLive] = useState<Live>({
    status: undefined,
    ledger: null,
    picture: undefined,
    connected: false,
  });
  useEffect(() => watchFeed(setLive), []);
  const { status, ledger, picture, connected } = live;
  const months = useMemo(() => picture?.months.map((one) => one.month) ?? [], [picture]);
  const open = picture?.months.reduce((sum, one) => sum + one.open, 0);
  const empty = picture === undefined || picture.months.length === 0;

  return (
    <>
      <Header here="./" state={connected ? "Live" : status === undefined ? "Connecting" : "Reconnecting"}>
        {status?.synthetic && (
          <span class="badge synthetic" title="These postings are made up by the demo source.">
            Synthetic data
          </span>
        )}
        {status?.generation != null && <span class="note">Generation {status.generation}</span>}
      </Header>
      <main>
        <h1 class="unseen">Skills that job postings ask for, live</h1>
        <Trouble live={live} />
        {status !== undefined && (
          <dl class="figures">
            <Figure id="stored" name="Postings stored" value={formatCount(status.stored)} />
            <Figure id="rate" name="Landing a second" value={formatRate(status.ratePerS)} />
            <Figure id="open" name="Still open" value={open === undefined ? "–" : formatCount(open)} />
            <Figure
              id="months"
              name="Months of history"
              value={months.length === 0 ? "–" : formatCount(months.length)}
            />
          </dl>
        )}
        {status !== undefined && empty && <Waiting />}
        {!empty && (
          <div class="columns">
            <TrendChart
              months={months}
              rows={picture.skills}
              changes={picture.changes}
              doubts={<Mixed answered={picture.months} />}
            />
            <div class="movers">
              <Movers title="Rising" list={picture.rising} compared={picture.compared} />
              <Movers title="Falling" list={picture.falling} compared={picture.compared} />
            </div>
          </div>
        )}
        {status !== undefined && (
          <div class="columns even">
            <FlowCard status={status} ledger={ledger} />
            <LedgerCard ledger={ledger} />
          </div>
        )}
        {!empty && <Newest list={picture.newest} />}
      </main>
      <footer class="note">
        {status?.synthetic && <p>Synthetic data: made-up postings of a made-up market, for demonstration.</p>}
        <p>
          The same figures as JSON: <a href="/api/trends/skills">trends</a>, <a href="/api/ledger">ledger</a>,{" "}
          <a href="/api/status">status</a>, <a href="/api/openapi.json">all of the API</a>.
        </p>
      </footer>
    </>
  );
}

function Trouble({ live: { status, connected } }: { live: Live }) {
  const text =
    status !== undefined && !connected
      ? "The connection is lost. The figures are the last that were known; the page goes on by itself."
      : status?.problem;
  return (
    <div role="alert" class={text ? "trouble" : "unseen"}>
      {text}
    </div>
  );
}

function Waiting() {
  return (
    <section class="card waiting">
      <h2>Waiting for the first postings</h2>
      <p class="note">They appear here by themselves as soon as a source has been crawled.</p>
    </section>
  );
}

function Figure({ id, name, value }: { id: string; name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd id={id}>{value}</dd>
    </div>
  );
}

interface MoversProps {
  title: string;
  list: SkillChange[];
  compared: Compared | null;
}

/** What is not sure stands in neither list, so an empty list says that nothing is. */
function Movers({ title, list, compared }: MoversProps) {
  const widest = Math.max(0.000_1, ...list.map((one) => Math.abs(one.change)));
  return (
    <section class="card" aria-labelledby={`${title}-title`}>
      <h2 id={`${title}-title`}>{title}</h2>
      {compared === null ? (
        <p class="note">Too little history to tell yet.</p>
      ) : (
        <>
          <p class="note">
            {formatMonth(compared.from)} to {formatMonth(compared.to)} against as many months before, in
            percentage points of all jobs, as if every source had kept its part of them.
            {list.length > 0 && " Beside it: from where to where the true change lies, 19 times in 20."}
          </p>
          {list.length === 0 && <p class="note">Nothing is sure to be {title.toLowerCase()}.</p>}
        </>
      )}
      <ol class={`list ${title.toLowerCase()}`}>
        {list.slice(0, 6).map(({ skill, share, share_earlier, change, change_low, change_high }) => (
          <li key={skill} title={`${formatShare(share_earlier)} → ${formatShare(share)}`}>
            <span class="name">{skill}</span>
            <meter min={0} max={widest} value={Math.abs(change)} aria-label={`Change of ${skill}`} />
            <b>{formatPoints(change)}</b>
            <span class="note interval">{formatBounds(change_low, change_high)}</span>
          </li>
        ))}
      </ol>
      {compared !== null && <Doubts compared={compared} />}
    </section>
  );
}

/** What a change may come from beside what postings ask for. */
function Doubts({ compared }: { compared: Compared }) {
  const { sources_left_out } = compared;
  return (
    <>
      <Mixed answered={[compared]} />
      {sources_left_out.length > 0 && (
        <p class="note">Without {sources_left_out.join(", ")}: one of the periods has nothing of it.</p>
      )}
    </>
  );
}

/** Months of one version each may still be of several together. */
function Mixed({ answered }: { answered: readonly Answered[] }) {
  const several = (["normalizers", "extractors", "taxonomies"] as const)
    .map((who) => [...new Set(answered.flatMap((one) => one[who]))])
    .filter((versions) => versions.length > 1);
  if (several.length === 0) return null;
  return (
    <p class="note mixed">
      Mixed: several versions read these postings ({several.flat().join(", ")}), so a change may be theirs. A
      replay makes them one.
    </p>
  );
}

function Newest({ list }: { list: NewestPosting[] }) {
  const nowMs = Date.now();
  return (
    <section class="card" aria-labelledby="newest-title">
      <h2 id="newest-title">Newest postings</h2>
      <ul class="newest">
        {list.map((posting) => (
          <li key={posting.job_id}>
            <p class="title">
              <Title posting={posting} />
            </p>
            <p class="note">
              {[posting.company, posting.location, posting.workplace_type].filter(Boolean).join(" · ")}
            </p>
            <p class="skills">
              {posting.skills.slice(0, 6).map((skill) => (
                <span key={skill}>{skill}</span>
              ))}
              {posting.skills.length > 6 && <span>+{formatCount(posting.skills.length - 6)}</span>}
            </p>
            <p class="note when">{formatAgo(posting.observed_at, nowMs)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A posting's address is its source's word: only what is a web address becomes a link. */
function Title({ posting: { title, job_url } }: { posting: NewestPosting }) {
  if (job_url === null || !/^https?:\/\//i.test(job_url)) return <>{title}</>;
  return (
    <a href={job_url} rel="noopener noreferrer nofollow" target="_blank">
      {title}
    </a>
  );
}

const root = document.getElementById("page");
if (root !== null) render(<Page />, root);
