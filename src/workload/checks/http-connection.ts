import type { Target } from '../../plan/target.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf } from './job-list.ts';

/** Reports connection settings that the target ignores or that would redirect it. */
export function checkHttpConnection(file: unknown, target: Target): PathDiagnostic[] {
  const root = { path: [], fields: asObject(file) ?? {} };
  return [root, ...jobsOf(file)].flatMap(({ path, fields }) => {
    const http = asObject(fields['http']) ?? {};
    const shared = asObject(root.fields['http']) ?? {};
    return Object.entries(http).flatMap(([name, value]): PathDiagnostic[] => {
      const message = reasonAgainst(name, value, target, { ...shared, ...http });
      return message === undefined
        ? []
        : [{ path: [...path, 'http', name], part: 'key', message: `\`${name}\` ${message}`, hint: 'leave it out' }];
    });
  });
}

function reasonAgainst(
  name: string,
  value: unknown,
  { driver, url }: Target,
  http: Readonly<Record<string, unknown>>,
): string | undefined {
  if (driver === 'embedded') {
    if (name === 'version' && value === 2) return 'must be 1: the built-in store supports only HTTP/1.1';
    const isUnused = ['tls', 'unix_socket'].includes(name) || (name === 'proxy' && value !== null);
    return isUnused ? 'has no effect: the built-in store is reached directly' : undefined;
  }
  const hasTls = url.startsWith('https:') || String(http['proxy']).startsWith('https:');
  return name === 'tls' && !hasTls ? 'has no effect: the connection string is not an https URL' : undefined;
}
