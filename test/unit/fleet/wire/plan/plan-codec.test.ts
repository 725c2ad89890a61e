import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { planWorkload } from '../../../../../src/planning/plan-workload.ts';
import type { CommandIo } from '../../../../../src/cli/command-io.ts';
import { DRIVERS } from '../../../../../src/driver-catalog.ts';
import { decodePlan, encodePlan, MAX_PLAN_BYTES } from '../../../../../src/fleet/wire/plan/plan-codec.ts';
import { encodeValue } from '../../../../../src/fleet/wire/plan/value-writer.ts';
import { WireError } from '../../../../../src/fleet/wire/wire-error.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../../../../../src/plan/plan.ts';
import { plan } from '../../../workload/planning.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'loadbot-plans-'));
afterAll(() => rmSync(folder, { recursive: true }));

const env = {};
const io: CommandIo = { stdout: process.stdout, stderr: process.stderr, env, readStdin: () => Promise.resolve('') };

const workloads = ['workloads', 'examples'].flatMap((place) =>
  readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonc'))
    .map((file) => join(place, file)),
);

const noFiles = (): readonly SharedArrayBuffer[] => {
  throw new Error('the plan has large files');
};

/** A plan without large files, from its encoded value. */
function message(value: Uint8Array): Uint8Array {
  const files = encodeValue([]);
  return Buffer.concat([Uint8Array.of(files.length), files, value]);
}

function expectRoundTrip(sent: Plan): Plan {
  const received = decodePlan(encodePlan(sent), noFiles);
  expect(isDeepStrictEqual(received, sent)).toBe(true);
  return received;
}

/** A plan with each kind of file: rows of a feeder, a body, a part of a body. */
async function planWithFiles(rows: string, body: Uint8Array): Promise<Plan> {
  writeFileSync(join(folder, 'users.csv'), rows);
  writeFileSync(join(folder, 'body.bin'), body);
  const post = { type: 'write', collection: 'users' };
  const part = { name: 'file', file: 'body.bin' };
  const workload = {
    connection_string: 'http://127.0.0.1:8080',
    feeders: [{ name: 'users', file: 'users.csv' }],
    jobs: [
      { ...post, name: 'rows', http: { body: { name: '#users.name' } }, operations: 5 },
      { ...post, name: 'body', http: { body_file: 'body.bin' }, duration: '5s' },
      { ...post, name: 'parts', http: { multipart: [part] }, pace: 5, duration: '5s' },
    ],
  };
  const file = join(folder, 'load.jsonc');
  writeFileSync(file, JSON.stringify(workload));
  return (await planWorkload(file, {}, io)).plan;
}

function requestJobs({ jobs }: Plan): readonly RequestJobPlan[] {
  return jobs.filter(sendsRequests);
}

describe('a plan', () => {
  it.each(workloads)('of %s is received as it was sent', async (file) => {
    const { plan: sent } = await planWorkload(join(ROOT, file), {}, io);
    expectRoundTrip(sent);
  });

  it('is tested with all workloads of the package', () => {
    expect(workloads.length).toBeGreaterThanOrEqual(20);
  });

  it.each(Object.entries(DRIVERS))(
    'of the driver %s is received as it was sent',
    async (driver, { schemes, probe }) => {
      const sent = await plan({
        connection_string: driver === 'embedded' ? 'embedded:' : `${schemes[0]}//user:secret@127.0.0.1/db`,
        jobs: [{ type: 'read', collection: 'c', operations: 1, ...probe }],
      });
      expect(sent.target.driver).toBe(driver);
      expectRoundTrip(sent);
    },
  );

  it('without limits keeps Infinity, and fields that are undefined', async () => {
    const received = expectRoundTrip(
      await plan({ connection_string: 'embedded:', jobs: [{ type: 'write', collection: 'c', duration: '1s' }] }),
    );
    const [job] = requestJobs(received);
    expect(job?.operations).toBe(Infinity);
    expect(Object.entries(job ?? {})).toContainEqual(['scenario', undefined]);
  });

  it('with files has their memory once, shared by its jobs', async () => {
    const body = Uint8Array.from({ length: 5000 }, (_, n) => n % 251);
    const sent = await planWithFiles('name\nAda\nGrace\n', body);
    const received = expectRoundTrip(sent);
    const tables = new Set(requestJobs(received).map(({ feeders }) => feeders[0]?.table.bytes));
    expect(tables.size).toBe(1);
    expect([...tables][0]).toBeInstanceOf(SharedArrayBuffer);
    const [, second, third] = requestJobs(received);
    const [form, parts] = [second?.mix[0]?.http.bodyForm, third?.mix[0]?.http.bodyForm];
    const content = form?.kind === 'file' ? form.content : undefined;
    expect(Buffer.from(content!).equals(body)).toBe(true);
    expect(parts?.kind === 'multipart' ? parts.fields[0]?.content : undefined).toBe(content);
    expect(gunzipSync(encodePlan(sent)).length).toBeLessThan(
      gunzipSync(encodePlan({ ...sent, jobs: [] })).length + 12_000,
    );
  });

  it('is frozen', async () => {
    const sent = await plan({
      connection_string: 'embedded:',
      jobs: [{ type: 'write', collection: 'c', operations: 1 }],
    });
    const received = decodePlan(encodePlan(sent), noFiles);
    expect(Object.isFrozen(received)).toBe(true);
    expect(Object.isFrozen(received.jobs[0])).toBe(true);
  });
});

describe('files of a plan', () => {
  it('are refused together if the plan exceeds 64 MiB', async () => {
    const sent = await planWithFiles('name\nAda\n', new Uint8Array(9));
    const memories = Array.from({ length: 9 }, () => new Uint8Array(MAX_PLAN_BYTES / 8).fill(1));
    expect(() => encodePlan({ ...sent, memories } as Plan)).toThrow(
      'the workload and its files cannot be sent to agents: 72.0 MiB, more than 64.0 MiB',
    );
  });
});

describe('a damaged plan', () => {
  it('is refused with the field', () => {
    expect(() => decodePlan(gzipSync(message(encodeValue({ workload: 1 }))), noFiles)).toThrow(
      'the plan is not valid: workload: ',
    );
    expect(() => decodePlan(gzipSync(message(encodeValue(7))), noFiles)).toThrow('the plan is not valid');
  });

  it('is refused without inflating more than 64 MiB', () => {
    expect(() => decodePlan(gzipSync(new Uint8Array(MAX_PLAN_BYTES + 1)), noFiles)).toThrow(
      'the plan is damaged or too large',
    );
  });

  it('is refused or decoded, whatever bytes are damaged', async () => {
    const valid = gunzipSync(encodePlan(await planWithFiles('name\nAda\n', Uint8Array.of(1, 2, 3))));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (changes) => {
          const bytes = Buffer.from(valid);
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            decodePlan(gzipSync(bytes, { level: 0 }), () => []);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
