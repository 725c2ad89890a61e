import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandIo } from '../../../src/cli/command-io.ts';
import { planWorkload } from '../../../src/planning/plan-workload.ts';
import { createOpenFiles } from '../../../src/fleet/agent/agent-files.ts';
import { findLargeFiles, MAX_SENT_FILE_BYTES } from '../../../src/fleet/coordinator/large-files.ts';
import { decodePlan, encodePlan } from '../../../src/fleet/wire/plan/plan-codec.ts';
import { sha256Of } from '../../../src/fleet/wire/plan/sent-file.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { readRegularFile } from '../../../src/shared/read-file.ts';
import { formatBytes } from '../../../src/shared/units.ts';
import { restoreFile } from '../../../src/workload/restore-file.ts';

const MIB = 1024 * 1024;
/** Limit of a file that is sent in these tests. */
const MOST_BYTES = 50_000;
const folder = mkdtempSync(join(tmpdir(), 'loadbot-files-'));
const [theirs, mine] = [join(folder, 'coordinator'), join(folder, 'agent')];
afterAll(() => rmSync(folder, { recursive: true }));

const io: CommandIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: { TOKEN: 'open sesame' },
  readStdin: () => Promise.resolve(''),
};
const readFile = (path: string): Buffer => readRegularFile(path, 64 * MIB);

function openAt(...folders: readonly string[]) {
  return createOpenFiles({ folders, readFile, restore: restoreFile });
}

const USERS = `name,mail\n${Array.from({ length: 3000 }, (_, n) => `user-${n},user-${n}@shop.example.com`).join('\n')}\n`;
const BODY = Buffer.alloc(MOST_BYTES + 1, 'abc');
/** Half of the rows, and a bit of everything that a reading depends on: a variable, a header that the job replaces. */
const REQUESTS = Array.from(
  { length: 200 },
  (_, n) =>
    `curl -H 'Authorization: Bearer \${TOKEN}' -H 'X-Trace: ${n}' 'http://shop.example.com/${'p'.repeat(500)}/${n}'`,
).join('\n');

let sent: Plan;

beforeAll(async () => {
  for (const place of [theirs, mine]) mkdirSync(place);
  writeFileSync(join(theirs, 'users.csv'), USERS);
  writeFileSync(join(theirs, 'body.bin'), BODY);
  writeFileSync(join(theirs, 'small.bin'), BODY.subarray(1));
  writeFileSync(join(theirs, 'requests.txt'), REQUESTS);
  const write = { type: 'write', collection: 'users', operations: 1 };
  const workload = {
    connection_string: 'http://127.0.0.1:8080',
    seed: 7,
    feeders: [{ name: 'users', file: 'users.csv' }],
    jobs: [
      { ...write, http: { body: { name: '#users.name', mail: '#users.mail' } } },
      { ...write, http: { body_file: 'body.bin' } },
      { ...write, http: { body_file: 'small.bin' } },
      {
        type: 'mixed',
        http: { headers: { 'x-trace': '1' } },
        requests_from: { file: 'requests.txt', format: 'curl', sample: 0.9, order: 'random' },
        duration: '1s',
      },
    ],
  };
  writeFileSync(join(theirs, 'load.json'), JSON.stringify(workload));
  ({ plan: sent } = await planWorkload(join(theirs, 'load.json'), {}, io));
});

test('files above 8 MiB are not sent, and restored from the copies of the agent', () => {
  const large = findLargeFiles(sent, readFile, MOST_BYTES);
  expect(large.files.map(({ path, bytes, sha256 }) => [path, bytes, sha256])).toEqual([
    [join(theirs, 'users.csv'), USERS.length, sha256Of(Buffer.from(USERS))],
    [join(theirs, 'body.bin'), MOST_BYTES + 1, sha256Of(BODY)],
    [join(theirs, 'requests.txt'), REQUESTS.length, sha256Of(Buffer.from(REQUESTS))],
  ]);
  const effective = { ...sent, files: [] };
  const encoded = encodePlan(effective, large);
  const bytes = gunzipSync(encoded).length;
  expect(bytes).toBeGreaterThan(MOST_BYTES);
  expect(bytes).toBeLessThan(2 * MOST_BYTES);
  const received = decodePlan(encoded, openAt());
  expect(isDeepStrictEqual(received, effective)).toBe(true);
});

test('a copy may be in a folder of the agent, under the name of the file', () => {
  const large = findLargeFiles(sent, readFile, MOST_BYTES);
  const moved = large.files.map((file) =>
    Object.assign({}, file, { path: file.path.replace('coordinator', 'absent') }),
  );
  for (const name of ['users.csv', 'body.bin', 'requests.txt']) {
    writeFileSync(join(mine, name), readFile(join(theirs, name)));
  }
  const received = decodePlan(encodePlan({ ...sent, files: [] }, { ...large, files: moved }), openAt(folder, mine));
  expect(isDeepStrictEqual(received, { ...sent, files: [] })).toBe(true);
});

test('all files that are missing or differ are listed, with both hashes and the remedy', () => {
  const large = findLargeFiles(sent, readFile, MOST_BYTES);
  const [users, body, requests] = large.files.map((file) =>
    Object.assign({}, file, { path: file.path.replace('coordinator', 'absent') }),
  );
  writeFileSync(join(mine, 'body.bin'), 'other');
  rmSync(join(mine, 'requests.txt'), { force: true });
  rmSync(join(mine, 'users.csv'), { force: true });
  const open = (): unknown => openAt(mine)([users!, body!, requests!]);
  const absent = join(folder, 'absent');
  const other = 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa';
  expect(open).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      message: [
        `it needs the coordinator's ${absent}/users.csv (${formatBytes(USERS.length)}, SHA-256 ${users!.sha256}), but ${mine}/users.csv does not exist and ${absent}/users.csv does not exist`,
        `it needs the coordinator's ${absent}/body.bin (${formatBytes(BODY.length)}, SHA-256 ${body!.sha256}), but ${mine}/body.bin has the SHA-256 ${other} and ${absent}/body.bin does not exist`,
        `it needs the coordinator's ${absent}/requests.txt (${formatBytes(REQUESTS.length)}, SHA-256 ${requests!.sha256}), but ${mine}/requests.txt does not exist and ${absent}/requests.txt does not exist`,
      ].join('; '),
      hint: 'copy the files of the coordinator to the same paths, or to a folder of start-agent --files',
    }),
  );
});

test('a file that changed after the plan was built is noticed', () => {
  const changed = Buffer.from('name,mail\na,b\n');
  const readChanged = (path: string): Buffer => (path.endsWith('users.csv') ? changed : readFile(path));
  const [users] = findLargeFiles(sent, readChanged, MOST_BYTES).files;
  writeFileSync(join(mine, 'users.csv'), 'name,mail\na,b\n');
  expect(() => openAt(mine)([users!])).toThrow(
    `the coordinator's ${join(theirs, 'users.csv')} changed while it started the run`,
  );
});

test('files that the coordinator can no longer read are listed together', () => {
  const gone = (): Buffer => {
    throw new Error('gone');
  };
  expect(() => findLargeFiles(sent, gone, MOST_BYTES)).toThrow(
    expect.objectContaining({
      message: 'files of the workload cannot be compared with those of the agents',
      problems: ['users.csv', 'body.bin', 'requests.txt'].map((name) => ({
        message: `cannot read ${join(theirs, name)}: gone`,
      })),
    }),
  );
});

test('a body of 8 MiB is sent, a larger one is not', async () => {
  const sizes = [MAX_SENT_FILE_BYTES, MAX_SENT_FILE_BYTES + 1];
  const jobs = sizes.map((size) => {
    writeFileSync(join(theirs, `${size}.bin`), Buffer.alloc(size, 1));
    return { type: 'write', collection: 'c', operations: 1, http: { body_file: `${size}.bin` } };
  });
  writeFileSync(join(theirs, 'bodies.json'), JSON.stringify({ connection_string: 'http://127.0.0.1:8080', jobs }));
  const { plan } = await planWorkload(join(theirs, 'bodies.json'), {}, io);
  expect(findLargeFiles(plan, readFile).files.map(({ bytes }) => bytes)).toEqual([MAX_SENT_FILE_BYTES + 1]);
});
