import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, requestsOf } from './job-list.ts';

/** Distributions by the setting that applies to them. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  theta: ['zipfian', 'latest'],
  scrambled: ['zipfian'],
  hot_keys: ['hotspot'],
  hot_operations: ['hotspot'],
};

/** Reports `keys` settings that do not belong to the chosen distribution. */
export function checkKeys(file: unknown): PathDiagnostic[] {
  return requestsOf(file).flatMap(({ path, fields }) => {
    const keys = asObject(fields['keys']);
    const distribution = String(keys?.['distribution']);
    return Object.entries(HOLDERS)
      .filter(([name, holders]) => keys?.[name] !== undefined && !holders.includes(distribution))
      .map(([name, holders]) => ({
        path: [...path, 'keys', name],
        part: 'key' as const,
        message: `\`${name}\` does not apply to the distribution "${distribution}"`,
        hint: `it is a setting of ${holders.join(' and ')}`,
      }));
  });
}
