import type { DriverEntry } from '../../drivers/driver-entry.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf, requestsInStep, requestsOf, stepEntriesOf, type ConfigObject } from '../entries.ts';

/** Properties of the target's driver that determine the fields of a request. */
type RequestRules = Pick<DriverEntry, 'title' | 'requestLanguage' | 'command' | 'transactions'>;

/** Reports `sql`, `command` and similar fields that the target's driver does not support. */
export function checkStatements(file: unknown, driver: RequestRules): PathDiagnostic[] {
  const root = { path: [], fields: asObject(file) ?? {} };
  const jobs = jobsOf(file);
  const holders = requestsOf(file);
  const isHttp = driver.requestLanguage === 'http';
  return [
    ...holders.flatMap(checkBoth),
    ...holders.flatMap((holder) => checkLanguage(holder, driver)),
    ...(isHttp ? [] : [root, ...holders].flatMap((holder) => checkNoHttp(holder, driver))),
    ...(isHttp ? [] : jobs.flatMap(checkIndexes)),
    ...jobs.flatMap((job) => checkTransaction(job, driver)),
  ];
}

function checkTransaction(job: ConfigObject, driver: RequestRules): PathDiagnostic[] {
  const { path, fields } = job;
  if (fields['transaction'] === undefined || driver.transactions === 'immediate') return [];
  if (driver.transactions === 'queued') {
    const steps = stepEntriesOf(job, 'steps').flatMap(requestsInStep);
    return [job, ...steps].flatMap((one) => checkQueued(one, driver));
  }
  const message = `\`transaction\` does not apply to ${driver.title}, which has no transactions`;
  return [{ path: [...path, 'transaction'], part: 'key', message, hint: 'leave it out' }];
}

/** Parts of `expect` that compare no reply. */
const WITHOUT_REPLY: ReadonlySet<string> = new Set(['name', 'duration', 'sample']);

/** Reports fields that need the reply of a command, where the server has not executed it yet. */
function checkQueued({ path, fields }: ConfigObject, { title }: RequestRules): PathDiagnostic[] {
  const compared = Object.keys(asObject(fields['expect']) ?? {}).filter((name) => !WITHOUT_REPLY.has(name));
  const places = compared.map((name) => ['expect', name]);
  if (fields['capture'] !== undefined) places.push(['capture']);
  return places.map((place) => ({
    path: [...path, ...place],
    part: 'key',
    message: `needs the reply of a command, but ${title} answers the steps of a transaction with QUEUED and executes them at its commit`,
    hint: 'leave it out, move the step to `before` or `after`, or remove `transaction`',
  }));
}

function checkBoth({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['sql'] === undefined || fields['command'] === undefined) return [];
  const message = '`sql` and `command` are both given; each is the whole request';
  return [{ path: [...path, 'command'], part: 'key', message, hint: 'keep one of the two' }];
}

/** Advice for the native request of each language. */
const INSTEAD: Readonly<Record<DriverEntry['requestLanguage'], string>> = {
  http: 'give `http: { "path": ... }`',
  sql: 'give `sql`',
  command: 'give a `command`',
};

function checkLanguage({ path, fields }: ConfigObject, driver: RequestRules): PathDiagnostic[] {
  const { title, requestLanguage, command } = driver;
  const findings = (['sql', 'command'] as const).flatMap((field): PathDiagnostic[] => {
    if (fields[field] === undefined || field === requestLanguage) return [];
    const message = `\`${field}\` does not apply to ${title}`;
    return [{ path: [...path, field], part: 'key', message, hint: INSTEAD[requestLanguage] }];
  });
  if (command !== undefined && command.form !== 'any' && fields['command'] !== undefined) {
    const isObject = asObject(fields['command']) !== undefined;
    if (isObject !== (command.form === 'object')) {
      const form = command.form === 'object' ? 'an object' : 'text or a list of words';
      const hint = command.example === undefined ? {} : { hint: `such as ${command.example}` };
      findings.push({ path: [...path, 'command'], message: `must be ${form}, like ${title} commands`, ...hint });
    }
  }
  if (requestLanguage === 'http' && fields['type'] === 'create_index' && fields['indexes'] !== undefined) {
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

function checkNoHttp({ path, fields }: ConfigObject, { title }: RequestRules): PathDiagnostic[] {
  return ['http', 'trace', 'first_byte', 'stream', 'requests_from'].flatMap((field): PathDiagnostic[] => {
    if (fields[field] === undefined) return [];
    const message = `\`${field}\` does not apply to ${title}`;
    return [{ path: [...path, field], part: 'key', message, hint: 'leave it out' }];
  });
}

/** Checks that `create_index` on a database lists the fields of the index. */
function checkIndexes({ path, fields }: ConfigObject): PathDiagnostic[] {
  if (fields['type'] !== 'create_index') return [];
  if (['indexes', 'sql', 'command'].some((field) => fields[field] !== undefined)) return [];
  return [{ path, message: '`indexes` is missing', hint: 'for example "indexes": [{ "keys": { "name": 1 } }]' }];
}
