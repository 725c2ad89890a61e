import type { RedisClient } from './client.ts';

/** Keys per step of the scan. A server processes a step in well under a millisecond. */
const KEYS_A_STEP = 1000;

/** Removes every key of a collection, in steps, so that the server can serve other clients in between. */
export async function dropCollection(client: RedisClient, collection: string): Promise<void> {
  const pattern = `${literally(collection)}:*`;
  let cursor = '0';
  do {
    const [next, keys] = asScan(
      await client.sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(KEYS_A_STEP)]),
    );
    if (keys.length > 0) await client.sendCommand(['UNLINK', ...keys]);
    cursor = next;
  } while (cursor !== '0');
}

/** Escapes a text as a glob pattern that matches only this text. */
function literally(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, String.raw`\$&`);
}

function asScan(reply: unknown): [cursor: string, keys: string[]] {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) throw new Error('SCAN did not return a list of keys');
  return [String(reply[0]), reply[1].map(String)];
}
