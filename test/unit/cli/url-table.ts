import { expect } from 'vitest';
import { formatError } from '../../../src/cli/print-error.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { renderTable } from '../../docs/markdown-table.ts';
import { ENTRANCES, type Entrance } from './url-entrances.ts';

/** Part of the passwords below; must never appear in a text. */
const SECRET = 'S3CRETPART';

/** The URL of each check, by the head of its column. */
const CHECKS: Readonly<Record<string, (scheme: string) => string>> = {
  plain: (scheme) => `${scheme}://127.0.0.1:9/x`,
  '`/` in the password': (scheme) => `${scheme}://u:12/${SECRET}@127.0.0.1:9/x`,
  '`?`': (scheme) => `${scheme}://u:12?${SECRET}@127.0.0.1:9/x`,
  '`#`': (scheme) => `${scheme}://u:12#${SECRET}@127.0.0.1:9/x`,
  '`@`': (scheme) => `${scheme}://u:12@${SECRET}@127.0.0.1:9/x`,
  'lone `%`': (scheme) => `${scheme}://u:12%${SECRET}@127.0.0.1:9/x`,
  'encoded password': (scheme) => `${scheme}://u:12%2F%40${SECRET}@127.0.0.1:9/x`,
  'user alone': (scheme) => `${scheme}://u@127.0.0.1:9/x`,
  'no host': (scheme) => `${scheme}:///x`,
  'other scheme': () => 'gopher://127.0.0.1:9/x',
  'port 99999': (scheme) => `${scheme}://u:${SECRET}@127.0.0.1:99999/x`,
  'line end': (scheme) => `${scheme}://u:${SECRET}\n@127.0.0.1:9/x`,
  'blank at the end': (scheme) => `${scheme}://127.0.0.1:9/x `,
  'blank in the host': (scheme) => `${scheme}://127.0.0.1 :9/x`,
  fragment: (scheme) => `${scheme}://u:${SECRET}@127.0.0.1:9/x#part`,
  IPv6: (scheme) => `${scheme}://[::1]:9/x`,
};

/** Whether an entrance accepts a URL. Its text must not contain the secret. */
async function outcomeOf({ name, scheme, take }: Entrance, check: string): Promise<'yes' | 'no'> {
  const url = CHECKS[check]?.(scheme) ?? '';
  // Only the host of a proxy counts, and Redis has numbers for databases.
  const given =
    name.includes('roxy') || name.includes('PROXY') || name.includes('agent-uri')
      ? url.replace('/x', '')
      : scheme === 'redis'
        ? url.replace('/x', '/1')
        : url;
  const at = `${name}, ${check}`;
  try {
    expect(await take(given), at).not.toContain(SECRET);
    return 'yes';
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    const text = formatError(error);
    expect(text, at).not.toContain(SECRET);
    expect(error.code, `${at}: ${text}`).toBe('config_invalid');
    return 'no';
  }
}

/** The outcome of each check at each entrance. Fails when an entrance shows a secret or throws another error. */
export async function urlTable(): Promise<string> {
  const checks = Object.keys(CHECKS);
  const rows: string[][] = [];
  for (const entrance of ENTRANCES) {
    const outcomes: string[] = [];
    for (const check of checks) outcomes.push(await outcomeOf(entrance, check));
    rows.push([entrance.name, ...outcomes]);
  }
  return renderTable(['entrance', ...checks], rows);
}
