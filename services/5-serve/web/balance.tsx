// Owns the two pictures of the stream: what waits where on the way, and the ledger as a balance.
import type { Status } from "../feed.ts";
import type { Ledger } from "../ledger.ts";
import { formatCount } from "./format.ts";

export function FlowCard({ status, ledger }: { status: Status; ledger: Ledger | null }) {
  const waiting = (stage: string) => status.stages?.find((one) => one.stage === stage)?.waiting;
  const stops = [
    { name: "Scrape", figure: ledger?.scraped, what: "events" },
    { name: "Normalize", figure: waiting("normalize"), what: "waiting" },
    { name: "Extract", figure: waiting("extract"), what: "waiting" },
    { name: "Store", figure: waiting("store"), what: "waiting" },
  ];
  return (
    <section class="card" aria-labelledby="flow-title">
      <h2 id="flow-title">On the way</h2>
      <p class="note">
        {status.stages === null
          ? "What waits is not known while Kafka does not answer."
          : "Every event, from its source to the table; what waits before each stage"}
      </p>
      <ol class={status.ratePerS > 0 ? "flow moving" : "flow"}>
        {stops.map(({ name, figure, what }) => (
          <li key={name}>
            <span class="stop">{name}</span>
            <b>{figure === undefined ? "–" : formatCount(figure)}</b>
            <span class="note">{what}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const parts = [
  { key: "stored", name: "Stored", what: "versions of postings" },
  { key: "duplicates", name: "Duplicates", what: "the same content again" },
  { key: "observed", name: "Observed", what: "seen again, or closed" },
  { key: "dropped", name: "Dropped", what: "by rule" },
  { key: "rejected", name: "Rejected", what: "wrong, kept for a look" },
  { key: "inFlight", name: "In flight", what: "on the way" },
] as const;

export function LedgerCard({ ledger }: { ledger: Ledger | null }) {
  const sum = ledger === null ? 0 : parts.reduce((total, { key }) => total + ledger[key], 0);
  const balanced = ledger !== null && sum === ledger.scraped;
  return (
    <section class="card ledger" aria-labelledby="ledger-title">
      <header>
        <h2 id="ledger-title">Ledger</h2>
        {ledger !== null && (
          <span class={balanced ? "badge good" : "badge bad"}>
            {balanced ? "Every event accounted for" : `${formatCount(ledger.scraped - sum)} unaccounted for`}
          </span>
        )}
      </header>
      {ledger === null ? (
        <p class="note">Not known while Kafka does not answer.</p>
      ) : (
        <>
          <p class="total">
            <b>{formatCount(ledger.scraped)}</b> events scraped
          </p>
          <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
            {
              parts.reduce<{ from: number; bars: preact.JSX.Element[] }>(
                ({ from, bars }, { key }) => {
                  const width = (ledger[key] / Math.max(1, sum)) * 1000;
                  return {
                    from: from + width,
                    bars: [...bars, <rect key={key} class={key} x={from} y="0" width={width} height="10" />],
                  };
                },
                { from: 0, bars: [] },
              ).bars
            }
          </svg>
          <dl>
            {parts.map(({ key, name, what }) => (
              <div key={key}>
                <dt>
                  <i class={key} aria-hidden="true" />
                  {name} <span class="note">{what}</span>
                </dt>
                <dd id={`ledger-${key}`}>{formatCount(ledger[key])}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
