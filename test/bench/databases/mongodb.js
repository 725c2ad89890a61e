import { MongoClient } from 'mongodb';
import { freePort } from '../nginx.js';
import { databaseServer } from './server.js';

const DOCUMENTS = 100;
const DATABASE = 'bench';
const TEXT = 'x'.repeat(100);

/** @type {Map<string, MongoClient>} the library's way: one client, with a pool for all */
const clients = new Map();

/** @returns {Promise<import('../databases.js').Running>} */
async function start() {
  const server = databaseServer('root');
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}`;
  await server.start(
    [
      'ferretdb',
      '--handler=sqlite',
      `--sqlite-url=file:${server.path()}/`,
      `--state-dir=${server.path()}`,
      `--listen-addr=127.0.0.1:${port}`,
      '--debug-addr=-',
      '--telemetry=disable',
      '--log-level=ERROR',
    ],
    () => fill(url),
  );
  return { url, port, stop: () => server.stop() };
}

/**
 * A loop on Go's driver. To have it: `go build -o "$(go env GOPATH)/bin/mongo-go-client" .` in test/bench/databases/go-client.
 * @param {string[]} flags @returns {import('../databases.js').Reference}
 */
function goDriver(flags) {
  return {
    name: 'Go driver',
    needs: 'mongo-go-client',
    argv: ({ url }, connections, seconds) =>
      ['mongo-go-client', `-url=${url}`, `-database=${DATABASE}`, `-documents=${DOCUMENTS}`].concat(
        `-connections=${connections}`,
        `-seconds=${seconds}`,
        flags,
      ),
    requests: Number,
  };
}

/** @param {string} url @returns the only client of a server, with a pool for all connections */
function clientOf(url) {
  const client = clients.get(url) ?? new MongoClient(url, { retryReads: false, retryWrites: false });
  clients.set(url, client);
  return client.db(DATABASE);
}

/** @type {import('../databases.js').Database} */
export const MONGODB_FIND = {
  name: 'FerretDB find',
  needs: ['ferretdb'],
  start,
  job: {
    type: 'read',
    database: DATABASE,
    command: { find: 'documents', filter: { _id: `k#int(1,${DOCUMENTS})` }, limit: 1, singleBatch: true },
  },
  bare: async (url) => {
    /** @type {import('mongodb').Collection<{ _id: string }>} */
    const documents = clientOf(url).collection('documents');
    return (answered) => {
      const filter = { _id: `k${1 + Math.floor(Math.random() * DOCUMENTS)}` };
      documents.findOne(filter).then(() => answered(undefined), answered);
    };
  },
  references: [goDriver([])],
};

/** @type {import('../databases.js').Database} */
export const MONGODB_INSERT = {
  name: 'FerretDB insert',
  needs: ['ferretdb'],
  start,
  job: {
    type: 'write',
    database: DATABASE,
    command: { insert: 'inserted', documents: [{ _id: '#uuid', text: TEXT }] },
  },
  bare: async (url) => {
    const inserted = clientOf(url).collection('inserted');
    return (answered) => void inserted.insertOne({ text: TEXT }).then(() => answered(undefined), answered);
  },
  references: [goDriver(['-insert'])],
};

/** @param {string} url */
async function fill(url) {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 1000 });
  try {
    const documents = Array.from({ length: DOCUMENTS }, (_, index) => ({
      _id: `k${index + 1}`,
      text: TEXT,
    }));
    await client.db(DATABASE).command({ insert: 'documents', documents });
  } finally {
    await client.close();
  }
}
