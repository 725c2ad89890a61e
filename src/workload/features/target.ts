import { driverOf } from '../../driver-catalog.ts';
import type { CheckedFile } from '../parsed-texts.ts';
import { connectionText, NO_CONNECTION } from './connection-string.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { checkDriverOptions } from './drivers.ts';
import { checkEffects } from './effects.ts';
import { checkHttpConnection } from './http/check.ts';
import { asObject, jobsOf, type Fields } from '../entries.ts';
import { checkStatements } from './statement.ts';

/**
 * Checks that the target is supported and that its driver supports every job.
 * @param override connection string that takes precedence over the file's
 */
export function checkTarget({ value: file, texts }: CheckedFile, override: string | undefined): PathDiagnostic[] {
  const connectionString = asObject(file)?.['connection_string'];
  if ((override ?? connectionString) === undefined) {
    const hint =
      'set the target: "connection_string": "http://127.0.0.1:8080"; run and validate also accept --connection_string';
    return [{ path: [], message: '`connection_string` is missing', hint }];
  }
  const connection =
    override === undefined ? texts.valueOf(connectionText, connectionString) : texts.parse(connectionText, override);
  if (connection === undefined || connection === NO_CONNECTION) return []; // reported by the schema, or elsewhere
  const { target } = connection;
  const driver = driverOf(target);
  const isHttp = driver.requestLanguage === 'http';
  const findings = [
    ...checkStatements(file, driver),
    ...checkDriverOptions(file, driver),
    ...checkEffects(file, isHttp),
  ];
  return isHttp ? [...checkMapping(file), ...checkHttpConnection(file, target), ...findings] : findings;
}

/** Checks that index jobs over HTTP define their request, because HTTP has no standard one. */
function checkMapping(file: unknown): PathDiagnostic[] {
  const shared = asObject(asObject(file)?.['http']);
  return jobsOf(file).flatMap(({ path, fields }) => {
    if (fields['type'] !== 'create_index') return [];
    const given: Fields = { ...shared, ...asObject(fields['http']) };
    if (given['path'] !== undefined && given['method'] !== undefined) return [];
    const message = 'create_index has no request over HTTP';
    return [{ path: [...path, 'type'], message, hint: 'for example `http: { "method": "POST", "path": "/..." }`' }];
  });
}
