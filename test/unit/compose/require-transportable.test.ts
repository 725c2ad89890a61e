import { describe, expect, it } from 'vitest';
import { requireTransportable } from '../../../src/compose/require-transportable.ts';
import type { LoadbotError } from '../../../src/shared/errors.ts';
import { plan } from '../workload/planning.ts';

/** Paths of the settings that a fleet refuses. */
async function refused(connectionString: string, command: object, driverOptions: object): Promise<readonly string[]> {
  const job = { type: 'write', connections: 1, operations: 1, command, driver_options: driverOptions };
  const planned = await plan({ connection_string: connectionString, jobs: [job] });
  try {
    requireTransportable(planned);
    return [];
  } catch (error) {
    return (error as LoadbotError).problems.map(({ path }) => String(path));
  }
}

// The files are those that exist wherever the test runs.
const file = import.meta.filename;

describe('a fleet', () => {
  it.each([
    ['kafkas://127.0.0.1:1', { produce: 'orders', value: 'x' }],
    ['tls://127.0.0.1:1', { publish: 'orders' }],
    ['wss://127.0.0.1:1', { send: 'x' }],
  ])('accepts TLS settings of %s that name no files, and names those that do', async (url, command) => {
    const tls = { server_name: 'broker.example.com', insecure_skip_verify: true };
    expect(await refused(url, command, { tls })).toEqual([]);
    expect(await refused(url, command, { tls: { ...tls, ca: file, key: file, cert: file } })).toEqual([
      'driver_options.tls.ca',
      'driver_options.tls.cert',
      'driver_options.tls.key',
    ]);
  });
});
