import { MongoClient } from 'mongodb';
import { freePort } from '../nginx.js';
import { databaseServer } from './server.js';

const DOCUMENTS = 100;
const DATABASE = 'bench';

/** @type {Map<string, MongoClient>} the library's way: one client, with a pool for all */
const clients = new Map();

/** @type {import('../databases.js').Database} */
export const MONGODB = {
  name: 'FerretDB',
  needs: ['ferretdb'],
  async start() {
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
  },
  job: {
    type: 'read',
    database: DATABASE,
    command: { find: 'documents', filter: { _id: `k#int(1,${DOCUMENTS})` }, limit: 1, singleBatch: true },
  },
  bare: async (url) => {
    const client = clients.get(url) ?? new MongoClient(url, { retryReads: false });
    clients.set(url, client);
    /** @type {import('mongodb').Collection<{ _id: string }>} */
    const documents = client.db(DATABASE).collection('documents');
    return (answered) => {
      const filter = { _id: `k${1 + Math.floor(Math.random() * DOCUMENTS)}` };
      documents.findOne(filter).then(() => answered(undefined), answered);
    };
  },
  references: [],
};

/** @param {string} url */
async function fill(url) {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 1000 });
  try {
    const documents = Array.from({ length: DOCUMENTS }, (_, index) => ({
      _id: `k${index + 1}`,
      text: 'x'.repeat(100),
    }));
    await client.db(DATABASE).command({ insert: 'documents', documents });
  } finally {
    await client.close();
  }
}
