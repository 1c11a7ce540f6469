// Owns the schema registry of one machine: Confluent's REST API over the state that its log holds. It
// promises that what it has answered is durable, and that an id means one schema for ever. It expects to be
// the only writer of its log; where it is not, it reads the log again before it decides anything.
// It refuses what Skillstream does not use: JSON Schema, Protobuf, contexts, rule sets, associations.

import { breaks, type ParsedSchema, parseSchema } from "@skillstream/schemas/avro.ts";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { messageOf } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { Behind, type Entry, type SchemaLog } from "./log.ts";
import { Refusal, refusalOf, refusals } from "./refusal.ts";
import {
  entryOf,
  everywhere,
  isSame,
  type Level,
  levels,
  type Mode,
  modes,
  type Reference,
  RegistryState,
  type Scope,
  type SubjectVersion,
} from "./state.ts";

/** Kafka's own limit of a message; the largest schema of ours has 5 kB. */
const schemaBytesMax = 1024 * 1024;
/** All state is kept in memory; at a few kB each this is some 100 MB. */
const versionsMax = 20_000;
const subjectCharactersMax = 1024;
const referencesMax = 100;
/** Attempts to write while another registry writes too. */
const attemptsMax = 3;

export interface SchemaRegistry {
  app: FastifyInstance;
  /** Reads the log; until it has resolved every request is answered with 503. */
  load(): Promise<void>;
}

/** What a registration, a lookup and a compatibility check carry. */
interface Given {
  parsed: ParsedSchema;
  references: Reference[];
  id: number | undefined;
  version: number | undefined;
}

/** Changes are decided on the state, then written, then applied. */
interface Change<T> {
  entries: Entry[];
  answer: T;
}

export function createRegistry(dependencies: { schemaLog: SchemaLog; log: Logger }): SchemaRegistry {
  const { schemaLog, log } = dependencies;
  let state = new RegistryState();
  let loaded = false;
  /** Where the log ends as far as the state knows; undefined where only the log can say. */
  let end: number | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  async function load(): Promise<void> {
    const replayed = await schemaLog.replay();
    state = new RegistryState(replayed.entries);
    end = replayed.end;
    loaded = true;
    log.info(
      { subjects: state.subjects().length, entries: replayed.entries.length },
      "The registry's schemas are read.",
    );
  }

  /** One change at a time: each is decided on what the one before has left. */
  function change<T>(decide: () => Change<T>): Promise<T> {
    const result = writing.then(() => write(decide));
    writing = result.catch(() => {});
    return result;
  }

  async function write<T>(decide: () => Change<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (end === undefined) await load();
      const { entries, answer } = decide();
      if (entries.length === 0 || end === undefined) return answer;
      try {
        end = await schemaLog.append(entries, end);
        for (const entry of entries) state.apply(entry);
        return answer;
      } catch (error) {
        end = undefined;
        log.warn({ err: error, attempt }, "The registry's log did not take a change.");
        if (!(error instanceof Behind) || attempt === attemptsMax) throw error;
      }
    }
  }

  // ---- what is asked ----

  function visible(
    subject: string,
    options: { deleted?: boolean; deletedOnly?: boolean } = {},
  ): SubjectVersion[] {
    return state
      .versions(subject)
      .filter((one) => (options.deletedOnly ? one.deleted : options.deleted || !one.deleted));
  }

  function findVersion(subject: string, text: string, deleted: boolean): SubjectVersion {
    const wanted = versionNumber(text);
    const versions = visible(subject, { deleted });
    if (versions.length === 0) throw refusals.subjectNotFound(subject);
    const found = wanted === "latest" ? versions.at(-1) : versions.find((one) => one.version === wanted);
    if (found === undefined) throw refusals.versionNotFound(wanted);
    return found;
  }

  function levelOf(subject: string): Level {
    return state.level(subject) ?? state.level(everywhere) ?? "BACKWARD";
  }

  function modeOf(subject: string): Mode {
    const global = state.mode(everywhere) ?? "READWRITE";
    if (global === "READONLY_OVERRIDE") return global;
    return state.mode(subject) ?? global;
  }

  /** Texts of all that a schema names, each after what it needs itself. */
  function resolve(references: readonly Reference[], found = new Map<string, string>()): string[] {
    for (const { subject, version } of references) {
      const key = `${subject}\n${version}`;
      if (found.has(key)) continue;
      const to = state.version(subject, version);
      if (to === undefined || to.deleted) {
        throw refusals.invalidSchema(
          `it refers to version ${version} of subject '${subject}', which is not there`,
        );
      }
      resolve(to.references, found);
      found.set(key, to.schema);
    }
    return [...found.values()];
  }

  function parseStored({ schema, references }: SubjectVersion): ParsedSchema {
    // A reference may have been soft-deleted since; the schema must stay readable.
    const texts = new Map<string, string>();
    const collect = (ones: readonly Reference[]) => {
      for (const { subject, version } of ones) {
        const to = state.version(subject, version);
        if (to === undefined || texts.has(`${subject}\n${version}`)) continue;
        collect(to.references);
        texts.set(`${subject}\n${version}`, to.schema);
      }
    };
    collect(references);
    return parseSchema(schema, [...texts.values()]);
  }

  function readGiven(request: FastifyRequest): Given {
    const body = request.body as Record<string, unknown> | null;
    if (typeof body !== "object" || body === null) throw new Refusal(422, "The request has no body");
    const { schema, schemaType = "AVRO", references = [], id, version } = body;
    if (schemaType !== "AVRO")
      throw refusals.invalidSchema(`the type ${String(schemaType)} is not supported, only AVRO`);
    if (typeof schema !== "string" || schema === "") throw refusals.invalidSchema("it is empty");
    if (!Array.isArray(references)) throw refusals.invalidSchema("references must be a list");
    if (references.length > referencesMax) {
      throw refusals.invalidSchema(
        `it has ${references.length} references; at most ${referencesMax} are allowed`,
      );
    }
    const given = references.map((one: unknown): Reference => {
      const { name, subject, version } = (one ?? {}) as Partial<Reference>;
      if (typeof name !== "string" || typeof subject !== "string" || !Number.isInteger(version)) {
        throw refusals.invalidSchema("a reference needs a name, a subject and a version");
      }
      return {
        name,
        subject,
        version: version === -1 ? (visible(subject).at(-1)?.version ?? -1) : (version as number),
      };
    });
    const texts = resolve(given);
    let parsed: ParsedSchema;
    try {
      parsed = parseSchema(schema, texts, { normalize: asked(request, "normalize") });
    } catch (error) {
      throw refusals.invalidSchema(messageOf(error));
    }
    return {
      parsed,
      references: given,
      id: typeof id === "number" && id >= 0 ? id : undefined,
      version: typeof version === "number" && version > 0 ? version : undefined,
    };
  }

  function incompatibilities(
    level: Level,
    given: ParsedSchema,
    earlier: readonly SubjectVersion[],
  ): string[] {
    const [direction, transitive] = [level.split("_")[0], level.endsWith("_TRANSITIVE")];
    if (direction === "NONE") return [];
    return (transitive ? earlier : earlier.slice(-1)).flatMap((one) => {
      const { type } = parseStored(one);
      const back = direction === "FORWARD" ? [] : breaks(given.type, type);
      const forth = direction === "BACKWARD" ? [] : breaks(type, given.type);
      return [
        ...back.map((why) => `reading data of version ${one.version} with the new schema: ${why}`),
        ...forth.map((why) => `reading new data with version ${one.version}: ${why}`),
      ];
    });
  }

  function register(subject: string, given: Given): Change<number> {
    const text = given.parsed.text;
    const known = visible(subject).find((one) => isSame(one, text, given.references));
    if (known !== undefined && (given.id === undefined || given.id === known.id)) {
      return { entries: [], answer: known.id };
    }
    const mode = modeOf(subject);
    if (mode === "READONLY" || mode === "READONLY_OVERRIDE") {
      throw refusals.notPermitted(`Subject ${subject} is in read-only mode`);
    }
    if (given.id !== undefined && mode !== "IMPORT")
      throw refusals.notPermitted(`Subject ${subject} is not in import mode`);
    if (given.id === undefined && mode !== "READWRITE") {
      throw refusals.notPermitted(`Subject ${subject} is not in read-write mode`);
    }
    if (mode !== "IMPORT") {
      const level = levelOf(subject);
      const reasons = incompatibilities(level, given.parsed, visible(subject));
      if (reasons.length > 0) throw refusals.incompatible(subject, level, reasons);
    }
    if (given.id !== undefined) {
      const other = state.withId(given.id).find((one) => !isSame(one, text, given.references));
      if (other !== undefined) {
        throw refusals.notPermitted(
          `Overwrite new schema with id ${given.id} is not permitted: subject ${other.subject} has another schema with it`,
        );
      }
    }
    const all = state.versions(subject);
    const version = given.version ?? (all.at(-1)?.version ?? 0) + 1;
    const taken = all.find((one) => one.version === version);
    if (taken !== undefined && !isSame(taken, text, given.references)) {
      throw refusals.notPermitted(`Subject ${subject} already has another schema as version ${version}`);
    }
    if (taken === undefined && countVersions() >= versionsMax) {
      throw refusals.tooLarge(`The registry keeps at most ${versionsMax} versions`);
    }
    const id = given.id ?? state.idOf(text, given.references) ?? state.nextId;
    return {
      entries: [
        entryOf.version({ subject, version, id, schema: text, references: given.references, deleted: false }),
      ],
      answer: id,
    };
  }

  function countVersions(): number {
    return state.subjects().reduce((sum, subject) => sum + state.versions(subject).length, 0);
  }

  function remove(versions: readonly SubjectVersion[], permanent: boolean): Entry[] {
    // Versions that go together may name each other.
    const going = new Set(versions.map((one) => one.id));
    for (const one of versions) {
      // What is gone for good must not be missed by a schema that can come back, or that old messages name.
      const by = state.referencedBy(one, { deleted: permanent }).filter((id) => !going.has(id));
      if (by.length > 0) throw refusals.referenced(one, by);
    }
    if (!permanent) return versions.map((one) => entryOf.version({ ...one, deleted: true }));
    return [...versions.map((one) => entryOf.gone(one)), entryOf.nextId(state.nextId)];
  }

  function refuseReadOnly(subject: string): void {
    const mode = modeOf(subject);
    if (mode === "READONLY" || mode === "READONLY_OVERRIDE") {
      throw refusals.notPermitted(`Subject ${subject} is in read-only mode`);
    }
  }

  // ---- how it is asked ----

  const app = Fastify({
    logger: false,
    bodyLimit: schemaBytesMax,
    routerOptions: { maxParamLength: subjectCharactersMax },
    forceCloseConnections: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? null : JSON.parse(String(body)));
    } catch (error) {
      done(new Refusal(400, `The request is not JSON: ${(error as Error).message}`));
    }
  });
  app.setErrorHandler((error: unknown, _request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) log.error({ err: error }, "The registry could not answer.");
    return answer(reply.code(refusal.status), { error_code: refusal.code, message: refusal.message });
  });
  app.setNotFoundHandler((_request, reply) =>
    answer(reply.code(404), { error_code: 404, message: "HTTP 404 Not Found" }),
  );
  app.addHook("onRequest", async () => {
    if (!loaded) throw refusals.loading();
  });

  type To = { Params: { subject: string; version: string; id: string } };

  app.get("/", (_request, reply) => answer(reply, {}));
  app.get("/schemas/types", (_request, reply) => answer(reply, ["AVRO"]));

  app.get<To>("/schemas/ids/:id", (request, reply) => {
    const { schema, references } = withId(request.params.id);
    return answer(reply, { schema, ...(references.length > 0 ? { references } : {}) });
  });
  app.get<To>("/schemas/ids/:id/schema", (request, reply) => {
    return answer(reply, withId(request.params.id).schema);
  });
  app.get<To>("/schemas/ids/:id/subjects", (request, reply) => {
    return answer(reply, [...new Set(uses(request).map((one) => one.subject))].sort());
  });
  app.get<To>("/schemas/ids/:id/versions", (request, reply) => {
    return answer(
      reply,
      uses(request).map(({ subject, version }) => ({ subject, version })),
    );
  });

  function withId(text: string): SubjectVersion {
    const id = Number(text);
    if (!/^\d+$/.test(text)) throw new Refusal(404, "HTTP 404 Not Found");
    const [found] = state.withId(id);
    if (found === undefined) throw refusals.schemaNotFound(id);
    return found;
  }

  function uses(request: FastifyRequest<To>): SubjectVersion[] {
    const { id } = withId(request.params.id);
    return state.withId(id).filter((one) => asked(request, "deleted") || !one.deleted);
  }

  app.get("/subjects", (request, reply) => {
    const { subjectPrefix = "" } = request.query as { subjectPrefix?: string };
    const options = { deleted: asked(request, "deleted"), deletedOnly: asked(request, "deletedOnly") };
    const subjects = state
      .subjects()
      .filter((subject) => subject.startsWith(subjectPrefix) && visible(subject, options).length > 0);
    return answer(reply, subjects);
  });
  app.post<To>("/subjects/:subject", (request, reply) => {
    const { subject } = request.params;
    const given = readGiven(request);
    const versions = visible(subject, { deleted: asked(request, "deleted") });
    if (versions.length === 0) throw refusals.subjectNotFound(subject);
    const found = versions.findLast((one) => isSame(one, given.parsed.text, given.references));
    if (found === undefined) throw refusals.schemaNotFound();
    return answer(reply, shown(found));
  });
  app.delete<To>("/subjects/:subject", async (request, reply) => {
    const { subject } = request.params;
    const permanent = asked(request, "permanent");
    const versions = await change(() => {
      const all = visible(subject, { deleted: true });
      const standing = all.filter((one) => !one.deleted);
      if (all.length === 0) throw refusals.subjectNotFound(subject);
      refuseReadOnly(subject);
      if (permanent && standing.length > 0) throw refusals.subjectNotDeleted(subject);
      if (!permanent && standing.length === 0) throw refusals.subjectDeleted(subject);
      const going = permanent ? all : standing;
      return { entries: remove(going, permanent), answer: going.map((one) => one.version) };
    });
    return answer(reply, versions);
  });

  app.get<To>("/subjects/:subject/versions", (request, reply) => {
    const { subject } = request.params;
    const [deleted, deletedOnly] = [asked(request, "deleted"), asked(request, "deletedOnly")];
    if (visible(subject, { deleted: deleted || deletedOnly }).length === 0)
      throw refusals.subjectNotFound(subject);
    return answer(
      reply,
      visible(subject, { deleted, deletedOnly }).map((one) => one.version),
    );
  });
  app.post<To>("/subjects/:subject/versions", async (request, reply) => {
    const { subject } = request.params;
    refuseBadSubject(subject);
    const id = await change(() => register(subject, readGiven(request)));
    return answer(reply, { id });
  });
  app.get<To>("/subjects/:subject/versions/:version", (request, reply) => {
    const { subject, version } = request.params;
    return answer(reply, shown(findVersion(subject, version, asked(request, "deleted"))));
  });
  app.get<To>("/subjects/:subject/versions/:version/schema", (request, reply) => {
    const { subject, version } = request.params;
    return answer(reply, findVersion(subject, version, asked(request, "deleted")).schema);
  });
  app.get<To>("/subjects/:subject/versions/:version/referencedby", (request, reply) => {
    const { subject, version } = request.params;
    return answer(reply, state.referencedBy(findVersion(subject, version, true), { deleted: false }));
  });
  app.delete<To>("/subjects/:subject/versions/:version", async (request, reply) => {
    const { subject } = request.params;
    const permanent = asked(request, "permanent");
    const version = await change(() => {
      const found = findVersion(subject, request.params.version, true);
      refuseReadOnly(subject);
      if (permanent && !found.deleted) throw refusals.versionNotDeleted(subject, found.version);
      if (!permanent && found.deleted) throw refusals.versionDeleted(subject, found.version);
      return { entries: remove([found], permanent), answer: found.version };
    });
    return answer(reply, version);
  });

  app.post<To>("/compatibility/subjects/:subject/versions/:version", (request, reply) => {
    const { subject, version } = request.params;
    const given = readGiven(request);
    const against =
      versionNumber(version) === "latest"
        ? visible(subject).slice(-1)
        : [findVersion(subject, version, false)];
    return answer(reply, verdict(request, incompatibilities(levelOf(subject), given.parsed, against)));
  });
  app.post<To>("/compatibility/subjects/:subject/versions", (request, reply) => {
    const { subject } = request.params;
    const given = readGiven(request);
    return answer(
      reply,
      verdict(request, incompatibilities(levelOf(subject), given.parsed, visible(subject))),
    );
  });

  app.get("/config", (_request, reply) =>
    answer(reply, { compatibilityLevel: state.level(everywhere) ?? "BACKWARD" }),
  );
  app.get<To>("/config/:subject", (request, reply) => {
    const { subject } = request.params;
    const level = state.level(subject) ?? (asked(request, "defaultToGlobal") ? levelOf(subject) : undefined);
    if (level === undefined) throw refusals.noLevel(subject);
    return answer(reply, { compatibilityLevel: level });
  });
  const putLevel = async (scope: Scope, request: FastifyRequest, reply: FastifyReply) => {
    const given = String((request.body as { compatibility?: unknown } | null)?.compatibility).toUpperCase();
    const level = levels.find((one) => one === given);
    if (level === undefined) throw refusals.invalidLevel();
    await change(() => ({ entries: [entryOf.config(scope, level)], answer: level }));
    return answer(reply, { compatibility: level });
  };
  app.put("/config", (request, reply) => putLevel(everywhere, request, reply));
  app.put<To>("/config/:subject", (request, reply) => putLevel(request.params.subject, request, reply));
  app.delete("/config", async (_request, reply) => {
    const compatibilityLevel = await change(() => ({
      entries: [entryOf.config(everywhere, undefined), entryOf.nextId(state.nextId)],
      answer: state.level(everywhere) ?? "BACKWARD",
    }));
    return answer(reply, { compatibilityLevel });
  });
  app.delete<To>("/config/:subject", async (request, reply) => {
    const { subject } = request.params;
    const compatibilityLevel = await change(() => {
      const level = state.level(subject);
      if (level === undefined) throw refusals.noLevel(subject);
      return { entries: [entryOf.config(subject, undefined), entryOf.nextId(state.nextId)], answer: level };
    });
    return answer(reply, { compatibilityLevel });
  });

  app.get("/mode", (_request, reply) => answer(reply, { mode: state.mode(everywhere) ?? "READWRITE" }));
  app.get<To>("/mode/:subject", (request, reply) => {
    const { subject } = request.params;
    const mode = state.mode(subject) ?? (asked(request, "defaultToGlobal") ? modeOf(subject) : undefined);
    if (mode === undefined) throw refusals.noMode(subject);
    return answer(reply, { mode });
  });
  const putMode = async (scope: Scope, request: FastifyRequest, reply: FastifyReply) => {
    const given = String((request.body as { mode?: unknown } | null)?.mode).toUpperCase();
    const mode = modes.find((one) => one === given);
    if (mode === undefined) throw refusals.invalidMode();
    await change(() => {
      // Ids given by hand beside ids given by the registry would soon mean two schemas.
      const standing = scope === everywhere ? state.subjects() : [scope];
      const held = standing.some((subject) => visible(subject).length > 0);
      if (mode === "IMPORT" && held && !asked(request, "force")) {
        throw refusals.notPermitted("Cannot import since found existing subjects");
      }
      return { entries: [entryOf.mode(scope, mode)], answer: mode };
    });
    return answer(reply, { mode });
  };
  app.put("/mode", (request, reply) => putMode(everywhere, request, reply));
  app.put<To>("/mode/:subject", (request, reply) => putMode(request.params.subject, request, reply));
  app.delete<To>("/mode/:subject", async (request, reply) => {
    const { subject } = request.params;
    const mode = await change(() => {
      const mode = state.mode(subject);
      if (mode === undefined) throw refusals.noMode(subject);
      return { entries: [entryOf.mode(subject, undefined), entryOf.nextId(state.nextId)], answer: mode };
    });
    return answer(reply, { mode });
  });

  return { app, load };
}

function shown({ subject, version, id, schema, references }: SubjectVersion): object {
  return { subject, version, id, ...(references.length > 0 ? { references } : {}), schema };
}

function verdict(request: FastifyRequest, reasons: string[]): object {
  return { is_compatible: reasons.length === 0, ...(asked(request, "verbose") ? { messages: reasons } : {}) };
}

function answer(reply: FastifyReply, body: unknown): FastifyReply {
  return reply
    .header("content-type", "application/vnd.schemaregistry.v1+json")
    .serializer(String)
    .send(
      // A schema by itself is answered as it stands, as Confluent's registry does.
      typeof body === "string" ? body : JSON.stringify(body),
    );
}

function asked(request: FastifyRequest, flag: string): boolean {
  return (request.query as Record<string, string | undefined>)[flag]?.toLowerCase() === "true";
}

function versionNumber(text: string): number | "latest" {
  if (text === "latest" || text === "-1") return "latest";
  const version = Number(text);
  if (!/^\d+$/.test(text) || version < 1 || version > 2 ** 31 - 1) throw refusals.invalidVersion(text);
  return version;
}

function refuseBadSubject(subject: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (subject === "" || /[\u0000-\u001f\u007f]/.test(subject)) {
    throw refusals.invalidSubject("The subject is empty or has control characters");
  }
  if (subject.startsWith(":.")) throw refusals.invalidSubject("Contexts are not supported");
}
