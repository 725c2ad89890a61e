// A client library alone: requests one after the other on each connection, and nothing else.
// Arguments: the database's name, its URL, connections, seconds. Prints how many requests were answered.
import { DATABASES } from './list.js';

const [name, url = '', connections, seconds] = process.argv.slice(2);
const database = DATABASES.find((each) => each.name === name);
if (database === undefined) throw new Error(`no database ${name}`);
const requests = await Promise.all(Array.from({ length: Number(connections) }, () => database.bare(url)));
const endMs = performance.now() + Number(seconds) * 1000;
let answered = 0;
for (const request of requests) {
  /** @param {unknown} error */
  const next = (error) => {
    if (error) throw error;
    answered++;
    if (performance.now() < endMs) request(next);
  };
  request(next);
}
setTimeout(
  () => {
    process.stdout.write(`${answered}\n`, () => process.exit());
  },
  Number(seconds) * 1000 + 200,
);
