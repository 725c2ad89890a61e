import { ours } from './clients.js';

/** One request: nearly all of its cost is the start of the process. @param {string} url @returns {import('./rows.js').Row[]} */
export function startRows(url) {
  return [
    {
      load: 'one request',
      peer: 'autocannon',
      // At most 1.2 times the processor time.
      goal: 1 / 1.2,
      requests: 1,
      ours: () => ours(url, 1, 1, [], { duration: undefined, operations: 1 }),
      peers: () => ['autocannon', '--json', '-c', '1', '-a', '1', url],
    },
  ];
}
