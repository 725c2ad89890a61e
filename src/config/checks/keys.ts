import type { Finding } from '../finding.ts';
import { asObject, requestsOf } from './job-list.ts';

/** Which distributions a setting means something for. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  theta: ['zipfian', 'latest'],
  scrambled: ['zipfian'],
  hot_keys: ['hotspot'],
  hot_operations: ['hotspot'],
};

/** Settings of a choice of keys must be those of its distribution. */
export function checkKeys(file: unknown): Finding[] {
  return requestsOf(file).flatMap(({ path, fields }) => {
    const keys = asObject(fields['keys']);
    const distribution = String(keys?.['distribution']);
    return Object.entries(HOLDERS)
      .filter(([name, holders]) => keys?.[name] !== undefined && !holders.includes(distribution))
      .map(([name, holders]) => ({
        path: [...path, 'keys', name],
        part: 'key' as const,
        message: `\`${name}\` means nothing for the distribution "${distribution}"`,
        hint: `it is a setting of ${holders.join(' and ')}`,
      }));
  });
}
