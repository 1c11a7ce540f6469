// Owns how sources are shown: those that are on with their targets, accounts and what is exempt, those in
// trouble first; the others in one list to open. What they say is put in as text.
import type { Account, CrawlSource, CrawlTarget, Run } from "../crawls.ts";
import { formatCount } from "./format.ts";
import { isTrouble, Outcome, When } from "./outcome.tsx";

/** A board list can be long; the rest is one key away. */
const targetsFirst = 6;

interface SourcesProps {
  sources: CrawlSource[];
  /** The latest run of a target, as far as it is among those shown. */
  lastRun: (target: string) => Run | undefined;
  chosen: string;
  choose: (target: string) => void;
  nowMs: number;
}

export function SourcesCard(props: SourcesProps) {
  const { sources } = props;
  const on = sources.filter((source) => source.on).sort(troubledFirst);
  const off = sources.filter((source) => !source.on);
  return (
    <section class="card" aria-labelledby="sources-title">
      <h2 id="sources-title">Sources</h2>
      {on.length === 0 && (
        <p class="note">
          None is on. SKILLSTREAM_SOURCES names what is crawled, searches.yaml which searches are asked.
        </p>
      )}
      <ul class="sources">
        {on.map((source) => (
          <SourceItem key={source.source} source={source} {...props} />
        ))}
      </ul>
      {off.length > 0 && (
        <details class="quiet">
          <summary>
            {off.length === 1 ? "One source is off" : `${formatCount(off.length)} sources are off`}
          </summary>
          <ul class="sources">
            {off.map((source) => (
              <SourceItem key={source.source} source={source} {...props} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const troubledFirst = (a: CrawlSource, b: CrawlSource) =>
  troubleOf(b) - troubleOf(a) || a.source.localeCompare(b.source);
const troubleOf = ({ targets }: CrawlSource) => (targets.some(({ health }) => isTrouble(health)) ? 1 : 0);

function SourceItem({ source, lastRun, chosen, choose, nowMs }: SourcesProps & { source: CrawlSource }) {
  const targets = [...source.targets].sort(
    (a, b) => Number(isTrouble(b.health)) - Number(isTrouble(a.health)) || a.target.localeCompare(b.target),
  );
  const list = (some: CrawlTarget[]) => (
    <ul class="targets">
      {some.map((target) => (
        <TargetItem
          key={target.target}
          target={target}
          missing={lastRun(target.target)?.missing ?? null}
          chosen={chosen === target.target}
          choose={choose}
          nowMs={nowMs}
        />
      ))}
    </ul>
  );
  return (
    <li>
      <h3>
        {source.source} <Switches source={source} />
      </h3>
      <p class="note">{source.about}</p>
      {source.on && targets.length === 0 && <p class="note">It has no target yet.</p>}
      {list(targets.slice(0, targetsFirst))}
      {targets.length > targetsFirst && (
        <details class="quiet">
          <summary>{formatCount(targets.length - targetsFirst)} more targets</summary>
          {list(targets.slice(targetsFirst))}
        </details>
      )}
      {source.accounts.length > 0 && (
        <ul class="accounts">
          {source.accounts.map((account) => (
            <AccountItem key={account.account} account={account} nowMs={nowMs} />
          ))}
        </ul>
      )}
      <details class="quiet">
        <summary>What the site's terms mean</summary>
        <p class="terms">{source.terms}</p>
      </details>
    </li>
  );
}

/** What an operator has switched, and what differs from the rule. */
function Switches({ source }: { source: CrawlSource }) {
  const { on, synthetic, robots_exempt, login, via } = source;
  return (
    <>
      <span class={on ? "badge good" : "badge plain"}>{on ? "On" : "Off"}</span>{" "}
      {synthetic && <span class="badge synthetic">Synthetic data</span>}{" "}
      {robots_exempt && (
        <span class="badge warn" title="The operator exempts this source by name: robots.txt is not asked.">
          <span aria-hidden="true">! </span>robots.txt exempted
        </span>
      )}{" "}
      {login !== "none" && (
        <span
          class={login === "on" ? "badge warn" : "badge plain"}
          title="A login is used only where the operator names the source."
        >
          Login {login}
        </span>
      )}{" "}
      {via === "browser" && <span class="badge plain">With a browser</span>}
    </>
  );
}

interface TargetProps {
  target: CrawlTarget;
  missing: number | null;
  chosen: boolean;
  choose: (target: string) => void;
  nowMs: number;
}

function TargetItem({ target, missing, chosen, choose, nowMs }: TargetProps) {
  const { health, cause, reason, since, next_run_at, last_whole_crawl } = target;
  return (
    <li>
      <p class="line">
        <button
          type="button"
          class="name"
          aria-pressed={chosen}
          title={chosen ? "Show the runs of all targets" : "Show the runs of this target alone"}
          onClick={() => choose(chosen ? "" : target.target)}
        >
          {target.target}
        </button>
        <Outcome outcome={health} cause={cause} />
      </p>
      {isTrouble(health) && reason !== null && <p class="reason">{reason}</p>}
      {health === "partial" && missing !== null && (
        <p class="reason">About {formatCount(missing)} postings are not shown by the site.</p>
      )}
      <p class="note">
        {formatCount(target.open)} open, {formatCount(target.closed)} closed
        {since !== null && (
          <>
            {" · "}
            {isTrouble(health) ? "so since " : "since "}
            <When time={since} nowMs={nowMs} />
          </>
        )}
        {last_whole_crawl !== null && (
          <>
            {" · whole list "}
            <When time={last_whole_crawl} nowMs={nowMs} />
          </>
        )}
        {" · "}
        <span title={`Schedule: ${target.schedule}`}>
          next run {next_run_at === null ? "not planned" : <When time={next_run_at} nowMs={nowMs} />}
        </span>
      </p>
    </li>
  );
}

function AccountItem({ account, nowMs }: { account: Account; nowMs: number }) {
  const { state, warning, used_today, budget_a_day, added_at } = account;
  const tone = state === "ok" ? "good" : state === "new" ? "plain" : "bad";
  return (
    <li>
      <p class="line">
        <span class="name">Account {account.account}</span>
        <span class={`badge ${tone}`}>
          <span aria-hidden="true">{tone === "good" ? "✓ " : tone === "bad" ? "✕ " : "· "}</span>
          {state === "ok" ? "Well" : state === "new" ? "Not used yet" : state}
        </span>
      </p>
      {warning !== null && <p class="reason">{warning}</p>}
      <p class="note">
        {formatCount(used_today)} of {formatCount(budget_a_day)} requests today · added{" "}
        <When time={added_at} nowMs={nowMs} />
      </p>
    </li>
  );
}
