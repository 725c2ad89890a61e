import type { DriverName } from '../../plan/target.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf, requestsOf, type ConfigObject } from './job-list.ts';

/** Drivers whose requests are SQL statements. */
const SQL: ReadonlySet<DriverName> = new Set(['postgres', 'mysql']);
const COMMANDS: ReadonlySet<DriverName> = new Set(['redis', 'mongodb']);
const HTTP: ReadonlySet<DriverName> = new Set(['http', 'embedded']);

/** Reports `sql`, `command` and similar fields that the target's driver does not support. */
export function checkStatements(file: unknown, driver: DriverName): PathDiagnostic[] {
  const root = { path: [], fields: asObject(file) ?? {} };
  const jobs = jobsOf(file);
  const holders = requestsOf(file);
  return [
    ...holders.flatMap(checkBoth),
    ...holders.flatMap((holder) => checkLanguage(holder, driver)),
    ...(HTTP.has(driver) ? [] : [root, ...holders].flatMap((holder) => checkNoHttp(holder, driver))),
    ...(HTTP.has(driver) ? [] : jobs.flatMap(checkIndexes)),
  ];
}

function checkBoth({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['sql'] === undefined || fields['command'] === undefined) return [];
  const message = '`sql` and `command` are both given; each is the whole request';
  return [{ path: [...path, 'command'], part: 'key', message, hint: 'keep one of the two' }];
}

function checkLanguage({ path, fields }: ConfigObject, driver: DriverName): PathDiagnostic[] {
  const wrong = (field: 'sql' | 'command', hint: string): PathDiagnostic => {
    return { path: [...path, field], part: 'key', message: `\`${field}\` does not apply to ${NAMES[driver]}`, hint };
  };
  const findings: PathDiagnostic[] = [];
  if (fields['sql'] !== undefined && !SQL.has(driver)) {
    findings.push(wrong('sql', COMMANDS.has(driver) ? 'give a `command`' : 'give `http: { "path": ... }`'));
  }
  if (fields['command'] !== undefined && !COMMANDS.has(driver)) {
    findings.push(wrong('command', SQL.has(driver) ? 'give `sql`' : 'give `http: { "path": ... }`'));
  }
  if (driver === 'mongodb' && fields['command'] !== undefined && asObject(fields['command']) === undefined) {
    const hint = 'such as { "find": "users", "filter": { "_id": "#id" } }';
    findings.push({ path: [...path, 'command'], message: 'must be an object, like MongoDB commands', hint });
  }
  if (driver === 'redis' && asObject(fields['command']) !== undefined) {
    findings.push({ path: [...path, 'command'], message: 'must be text or a list of words, like Redis commands' });
  }
  if (HTTP.has(driver) && fields['type'] === 'create_index' && fields['indexes'] !== undefined) {
    const message = '`indexes` does not apply to HTTP';
    findings.push({
      path: [...path, 'indexes'],
      part: 'key',
      message,
      hint: 'put it into the body: `http: { "body": ... }`',
    });
  }
  return findings;
}

const NAMES: Readonly<Record<DriverName, string>> = {
  http: 'HTTP',
  embedded: 'HTTP',
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  mongodb: 'MongoDB',
  redis: 'Redis',
};

function checkNoHttp({ path, fields }: ConfigObject, driver: DriverName): PathDiagnostic[] {
  return ['http', 'trace'].flatMap((field): PathDiagnostic[] => {
    if (fields[field] === undefined) return [];
    const message = `\`${field}\` does not apply to ${NAMES[driver]}`;
    return [{ path: [...path, field], part: 'key', message, hint: 'leave it out' }];
  });
}

/** Checks that `create_index` on a database lists the fields of the index. */
function checkIndexes({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['type'] !== 'create_index') return [];
  if (['indexes', 'sql', 'command'].some((field) => fields[field] !== undefined)) return [];
  return [{ path, message: '`indexes` is missing', hint: 'for example "indexes": [{ "keys": { "name": 1 } }]' }];
}
