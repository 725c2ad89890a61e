import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect } from 'vitest';
import { LINUX } from '../needs.ts';
import { testWith } from '../services/binary.ts';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';
import { residentMib } from './resident-memory.ts';

const MIB = 1024 * 1024;
const BODY_MIB = 2048;
const GROWTH_MIB = 20;

/** A server in a process of its own: GET /n has a body of n MiB, and is printed as `GET n`. The first line is its port. */
const STREAMING_SERVER = `
  const { createServer } = require('node:net');
  const chunk = Buffer.alloc(${MIB});
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', (request) => {
      let left = Number(/^GET .(\\d+)/.exec(request)[1]);
      console.log('GET ' + left);
      socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: ' + left * ${MIB} + '\\r\\n\\r\\n');
      const stream = () => {
        while (left-- > 0) if (!socket.write(chunk)) return void socket.once('drain', stream);
      };
      stream();
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

let server: ChildProcess | undefined;
afterAll(() => server?.kill());

// It is the same for 10 GiB; that only takes longer.
testWith([LINUX], 'a body of 2 GiB takes less than 20 MiB of memory', async () => {
  server = spawn(process.execPath, ['-e', STREAMING_SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout!, 'data')) as [Buffer]; // it is piped
  const read = { type: 'read', collection: 'c', connections: 1, operations: 1, timeout: '4m' };
  const out = scratchFile('result.json');
  const agent = new Agent([
    'run',
    workloadFile({
      connection_string: `http://127.0.0.1:${String(port).trim()}`,
      jobs: [
        // What any request needs is there after this one.
        { ...read, name: 'small', http: { path: '/1' } },
        { type: 'sleep', duration: '500ms' },
        { ...read, name: 'huge', http: { path: `/${BODY_MIB}` } },
      ],
    }),
    '--quiet',
    '--out',
    out,
  ]);
  const before: number[] = [];
  const during: number[] = [];
  let samples = before;
  server.stdout?.on('data', (line: Buffer) => {
    if (line.toString().includes(`GET ${BODY_MIB}`)) samples = during;
  });
  const sampling = setInterval(() => {
    const mib = residentMib(agent.child.pid);
    if (mib !== undefined) samples.push(mib);
  }, 10);
  await agent.ended;
  clearInterval(sampling);

  const huge = readResult(out).jobs.find(({ name }) => name === 'huge');
  expect(huge?.ok).toBe(1);
  expect(huge?.received_bytes).toBeGreaterThan(BODY_MIB * MIB);
  expect(during.length).toBeGreaterThan(10);
  const growth = Math.max(...during) - (before.at(-1) ?? NaN);
  expect(growth, `from ${before.at(-1)} MiB to ${during.join(' ')}`).toBeLessThan(GROWTH_MIB);
});
