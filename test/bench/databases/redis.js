import { createClient } from 'redis';
import { freePort } from '../nginx.js';
import { databaseServer } from './server.js';

const KEYS = 100_000;
/** What redis-benchmark is to send in a second of the others' time; it knows no time limit. */
const BENCHMARK_RATE = 50_000;

/** @type {import('../databases.js').Database} */
export const REDIS = {
  name: 'Redis',
  needs: ['redis-server'],
  async start() {
    const server = databaseServer('root');
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
    await server.start(['redis-server', ...settings], async () => (await connect(url)).destroy());
    const client = await connect(url);
    const pairs = Array.from({ length: KEYS }, (_, index) => [`key:${index + 1}`, 'x'.repeat(100)]);
    await client.sendCommand(['MSET', ...pairs.flat()]);
    client.destroy();
    return { url, port, stop: () => server.stop() };
  },
  job: { type: 'read', command: ['GET', `key:#int(1,${KEYS})`] },
  bare: async (url) => {
    const client = await connect(url);
    return (answered) => {
      const words = ['GET', `key:${1 + Math.floor(Math.random() * KEYS)}`];
      client.sendCommand(words).then(() => answered(undefined), answered);
    };
  },
  references: [
    {
      name: 'redis-benchmark -t get',
      needs: 'redis-benchmark',
      argv: ({ port }, connections, seconds) =>
        ['redis-benchmark', '-p', `${port}`, '-t', 'get', '-q', '-c', `${connections}`].concat([
          '-r',
          `${KEYS}`,
          '-n',
          `${BENCHMARK_RATE * seconds}`,
        ]),
      requests: (_, seconds) => BENCHMARK_RATE * seconds,
    },
  ],
};

/** The library as fast as it goes, without a timer of its own for each command. @param {string} url */
async function connect(url) {
  const client = createClient({ url, RESP: 2, commandOptions: { timeout: 0 }, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
