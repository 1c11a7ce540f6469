// Owns the page of the data: what must hold of the tables and whether it does. Broken ones stand first, with a few
// of the rows that break them.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask, watch } from "./ask.ts";
import { formatCount } from "./format.ts";
import { Header } from "./header.tsx";
import { When } from "./outcome.tsx";

/** The checks run every few minutes. */
const askEveryMs = 15_000;

interface Check {
  name: string;
  broken: number;
  examples: string[];
  error: string;
  took_ms: number;
}

interface Checks {
  checked_at: string | null;
  checks: Check[];
}

function DataPage() {
  const [known, setKnown] = useState<Checks>();
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(
    () =>
      watch(
        askEveryMs,
        (signal) => ask<Checks>("/api/data-checks", signal),
        (checks) => {
          setKnown(checks);
          setTrouble(null);
        },
        setTrouble,
      ),
    [],
  );
  const state = trouble === null ? (known === undefined ? "Connecting" : "Live") : "Reconnecting";
  return (
    <>
      <Header here="data.html" state={state} />
      <main>
        <h1 class="unseen">Data</h1>
        <div role="alert" class={trouble === null ? "unseen" : "trouble"}>
          {trouble !== null && `${trouble} The page asks again by itself.`}
        </div>
        {known !== undefined && <ChecksCard known={known} />}
      </main>
      <footer class="note">
        <p>
          The same as JSON: <a href="/api/data-checks">checks</a>,{" "}
          <a href="/api/openapi.json">all of the API</a>.
        </p>
      </footer>
    </>
  );
}

function ChecksCard({ known: { checked_at, checks } }: { known: Checks }) {
  const held = checks.filter(({ broken, error }) => broken === 0 && error === "").length;
  return (
    <section class="card" aria-labelledby="checks-title">
      <header>
        <h2 id="checks-title">Checks of the data</h2>
        {checked_at !== null && (
          <p class="note">
            {held} of {checks.length} hold, asked <When time={checked_at} nowMs={Date.now()} />
          </p>
        )}
      </header>
      {checked_at === null && (
        <p class="note">
          Not asked yet. The store asks a minute after it began, then every ten minutes;{" "}
          <code>npm run check:data</code> asks now.
        </p>
      )}
      <ul class="sources">
        {checks.map((check) => (
          <li key={check.name}>
            <CheckItem check={check} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CheckItem({ check: { name, broken, examples, error } }: { check: Check }) {
  return (
    <>
      <h3>
        {error !== "" ? (
          <span class="badge warn">Could not be asked</span>
        ) : broken > 0 ? (
          <span class="badge bad">
            <span aria-hidden="true">✕ </span>Broken by {formatCount(broken)}
          </span>
        ) : (
          <span class="badge good">
            <span aria-hidden="true">✓ </span>Holds
          </span>
        )}
        {name.replaceAll("_", " ")}
      </h3>
      {error !== "" && <p class="note">{error}</p>}
      {examples.length > 0 && <p class="note">Among them: {examples.join("; ")}</p>}
    </>
  );
}

const root = document.getElementById("page");
if (root !== null) render(<DataPage />, root);
