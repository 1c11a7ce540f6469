// Owns a small made-up site that wants a login: a form, a session that can end, banned members, and a list that
// only a script puts on the page. It serves the tests of accounts and of the browser.
import { randomUUID } from "node:crypto";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer, ReplicaRequest } from "./site.ts";

export interface LoginSite {
  answer: Answering;
  /** Sessions by the value of their cookie. */
  sessions: Map<string, string>;
  /** Members who are banned; their session shows it. */
  banned: Set<string>;
  /** A cookie value for a member, as if it had logged in. */
  session(member: string): string;
  /** What the login of the site looks like to a source. */
  login: {
    cookies: readonly ["sid"];
    headers(cookies: ReadonlyMap<string, string>): Record<string, string>;
    trouble(reply: {
      status: number;
      url: string;
      text: string;
    }): "not logged in" | "banned account" | undefined;
    form: { path: string; user: string; password: string; submit: string };
  };
}

const pageSize = 10;

/** `members` are names with their passwords. */
export function loginSite(postings: readonly MadeUp[], members: ReadonlyMap<string, string>): LoginSite {
  const sessions = new Map<string, string>();
  const banned = new Set<string>();
  const session = (member: string) => {
    const value = randomUUID();
    sessions.set(value, member);
    return value;
  };

  function logIn(request: ReplicaRequest): ReplicaAnswer {
    const form = new URLSearchParams(request.text);
    const user = form.get("user") ?? "";
    if (user === "" || members.get(user) !== form.get("password")) {
      return { status: 200, body: loginPage("That is not the right password.") };
    }
    return {
      status: 303,
      body: "",
      headers: {
        location: "/jobs",
        "set-cookie": [
          `sid=${session(user)}; Path=/; HttpOnly; Max-Age=2592000`,
          "tracker=made-up; Path=/",
          `greeting=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
        ],
      },
    };
  }

  function jobs(request: ReplicaRequest): ReplicaAnswer {
    const member = sessions.get(request.cookies.get("sid") ?? "");
    if (member === undefined) return { status: 302, body: "", headers: { location: "/login" } };
    if (banned.has(member)) {
      return { status: 200, body: "<title>Restricted</title><p>Your account has been restricted.</p>" };
    }
    if (request.path === "/jobs.json") {
      const start = Number(request.query.get("start") ?? 0) || 0;
      return {
        type: "application/json",
        body: JSON.stringify(
          postings.slice(start, start + pageSize).map(({ id, title, company }) => ({ id, title, company })),
        ),
      };
    }
    return { body: listPage };
  }

  return {
    sessions,
    banned,
    session,
    answer(request) {
      if (request.path === "/login") {
        return request.method === "POST" ? logIn(request) : { body: loginPage("") };
      }
      return request.path === "/jobs" || request.path === "/jobs.json" ? jobs(request) : undefined;
    },
    login: {
      cookies: ["sid"],
      headers: () => ({}),
      trouble({ url, text }) {
        if (text.includes("Your account has been restricted")) return "banned account";
        return new URL(url).pathname === "/login" ? "not logged in" : undefined;
      },
      form: { path: "/login", user: "#user", password: "#password", submit: "button" },
    },
  };
}

function loginPage(complaint: string): string {
  return `<!doctype html><title>Log in</title><form method="post" action="/login"><p>${complaint}</p>
<input id="user" name="user"><input id="password" name="password" type="password"><button>Log in</button></form>`;
}

/** Ten postings at first, and ten more each time its end comes into view. */
const listPage = `<!doctype html><title>Jobs</title><ul id="list"></ul><div id="end">.</div>
<script>
  let start = 0, busy = false, done = false;
  async function more() {
    if (busy || done) return;
    busy = true;
    const jobs = await (await fetch("/jobs.json?start=" + start)).json();
    done = jobs.length === 0;
    start += jobs.length;
    for (const job of jobs) {
      const item = document.createElement("li");
      item.id = job.id;
      item.style.height = "120px";
      item.textContent = job.title + " at " + job.company;
      document.getElementById("list").append(item);
    }
    busy = false;
  }
  new IntersectionObserver((seen) => { if (seen[0].isIntersecting) more(); }).observe(document.getElementById("end"));
</script>`;
