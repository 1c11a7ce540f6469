// Owns what stands above every page: the name, the way to the other pages, and how live it is.
import type { ComponentChildren } from "preact";

const pages = [
  { at: "./", name: "Trends" },
  { at: "runs.html", name: "Sources and runs" },
  { at: "data.html", name: "Data" },
] as const;

interface HeaderProps {
  here: (typeof pages)[number]["at"];
  state: "Live" | "Connecting" | "Reconnecting";
  children?: ComponentChildren;
}

export function Header({ here, state, children }: HeaderProps) {
  return (
    <header class="top">
      <p class="brand">
        <img src="icon.svg" alt="" width="26" height="26" />
        Skillstream
      </p>
      <nav class="pages" aria-label="Pages">
        {pages.map(({ at, name }) => (
          <a key={at} href={at} aria-current={at === here ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <p class="state">
        {children}
        <span class={state === "Live" ? "live on" : "live"} role="status">
          {state}
        </span>
      </p>
    </header>
  );
}
