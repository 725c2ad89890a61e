#!/usr/bin/env node
// A store that is backed up again and again, and the MOCO agent beside it that takes the backups and says so.
//
//   node emulator.mjs [STORE_PORT [AGENT_PORT]]
//
// The store keeps documents in memory: POST /orders, GET /orders/{id}. It answers after 4 to 8 ms; while a backup reads from
// it, 40 ms later than that. The agent has the metrics of a real one at /metrics; of what they describe it only takes dumps.
import { createServer } from 'node:http';

const [storePort = 8080, agentPort = 8081] = process.argv.slice(2).map(Number);

/** A night every 20 seconds. */
const FIRST_BACKUP_MS = 8000;
const EVERY_MS = 20_000;
/** A backup connects and prepares before it reads. */
const PREPARES_MS = 500;
const READS_MS = 7000;
const SLOWER_MS = 40;

const dumps = { inProgress: 0, count: 0, seconds: 0 };
let isReading = false;

function backUp() {
  dumps.inProgress = 1;
  setTimeout(() => {
    isReading = true;
  }, PREPARES_MS);
  setTimeout(() => {
    isReading = false;
    dumps.inProgress = 0;
    dumps.count += 1;
    dumps.seconds += (PREPARES_MS + READS_MS) / 1000;
  }, PREPARES_MS + READS_MS);
}

const documents = new Map();

async function statusAndBody(request) {
  if (request.method === 'POST') {
    const document = JSON.parse((await request.toArray()).join(''));
    documents.set(`${request.url}/${document._id}`, document);
    return [201, { _id: document._id }];
  }
  const document = documents.get(request.url);
  return document === undefined ? [404, { error: 'no such document' }] : [200, document];
}

const store = createServer((request, response) => {
  const delayMs = 4 + 4 * Math.random() + (isReading ? SLOWER_MS : 0);
  void statusAndBody(request).then(([status, body]) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    setTimeout(() => response.end(JSON.stringify(body)), delayMs);
  });
});

/** The families of one operation, as the agent documents them. */
function familiesOf(operation, { inProgress = 0, count = 0, seconds = 0 }) {
  const name = `moco_agent_${operation}`;
  const labels = 'cluster_name="orders"';
  const ofFailures = operation.endsWith('backup') ? `${labels},action="dump"` : labels;
  const families = `# TYPE ${name}_count counter
${name}_count{${labels}} ${count}
# TYPE ${name}_failure_count counter
${name}_failure_count{${ofFailures}} 0
# TYPE ${name}_duration_seconds summary
${name}_duration_seconds_sum{${labels}} ${seconds}
${name}_duration_seconds_count{${labels}} ${count}
`;
  // Turning a log over takes no time that anybody would watch.
  if (operation === 'log_rotation') return families;
  return `${families}# TYPE ${name}_in_progress gauge
${name}_in_progress{${labels}} ${inProgress}
`;
}

const agent = createServer((request, response) => {
  if (request.url !== '/metrics') {
    response.writeHead(404).end();
    return;
  }
  const operations = { dump_backup: dumps, binlog_backup: {}, clone: {}, log_rotation: {} };
  const page = Object.entries(operations).map(([operation, state]) => familiesOf(operation, state));
  response.setHeader('content-type', 'text/plain; version=0.0.4').end(page.join(''));
});

const urlOf = (server) => `http://127.0.0.1:${server.address().port}`;
store.listen(storePort, '127.0.0.1', () => {
  agent.listen(agentPort, '127.0.0.1', () => {
    setTimeout(() => {
      backUp();
      setInterval(backUp, EVERY_MS);
    }, FIRST_BACKUP_MS);
    process.stdout.write(`store: ${urlOf(store)}\nits agent: ${urlOf(agent)}/metrics\n`);
  });
});
