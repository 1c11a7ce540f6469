import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("who is alone begins when all who share have ended, and holds up who comes later", async () => {
  const turns = createTurns();
  const events: string[] = [];
  const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = (name: string, place: number) => async () => {
    events.push(`${name} begins`);
    await ends[place]?.promise;
    events.push(`${name} ends`);
  };
  const first = turns.share(work("first", 0));
  await Promise.resolve().then(() => undefined);
  const alone = turns.alone(work("alone", 1));
  const later = turns.share(work("later", 2));
  for (const end of ends) end.resolve();
  await Promise.all([first, alone, later]);
  expect(events).toEqual([
    "first begins",
    "first ends",
    "alone begins",
    "alone ends",
    "later begins",
    "later ends",
  ]);
});

test("a failure of one who was alone is his own", async () => {
  const turns = createTurns();
  const failing = turns.alone(() => Promise.reject(new Error("broken")));
  await expect(failing).rejects.toThrow("broken");
  await expect(turns.share(() => Promise.resolve("fine"))).resolves.toBe("fine");
});
