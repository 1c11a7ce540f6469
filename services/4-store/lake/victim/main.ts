// Owns a lake writer for tests that kill it: it writes made-up events of one partition into a folder, from where the
// lake ends, and says so when it begins and when all are in. Arguments: the folder, how many events, the cut.
import { openFolder } from "../folder.ts";
import { records, testLease, testWriter } from "../sample.ts";

const [folder = "", events = "0", cut = "10"] = process.argv.slice(2);
const batchRecords = 7;
const place = openFolder(folder);
const writer = testWriter(place, {
  cutOffsets: Number(cut),
  bounds: () => Promise.resolve({ low: 0, high: Number(events) }),
});
const lease = testLease();
await writer.begin(0, lease);
process.stdout.write("begun\n");
while (lease.at < Number(events)) {
  await writer.handle(
    { partition: 0, records: records(lease.at, Math.min(Number(events), lease.at + batchRecords)) },
    lease,
  );
}
await writer.finish();
process.stdout.write("done\n");
