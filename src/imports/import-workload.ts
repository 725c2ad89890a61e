import { LoadbotError } from '../shared/errors.ts';
import type { Environment } from '../workload/variables.ts';
import { IMPORT_FORMATS, type ImportFormat } from './formats.ts';
import type { ImportedRequest } from '../request-files/imported-request.ts';
import { redactRequest } from '../request-files/redact-request.ts';
import { SecretVariables } from './secret-variables.ts';
import { type Selection, selectRequests } from './select-requests.ts';
import { splitUrl } from '../request-files/split-url.ts';
import { variablesIn } from '../request-files/template-text.ts';
import { describeLeftOut, describeVariables, writeWorkload } from './write-workload.ts';

export interface ImportOptions extends Selection {
  /** The target in place of the recorded one. */
  readonly connectionString?: string | undefined;
}

/** Load of an imported workload: little, because the recorded host may be one that is in use. */
const LOAD = { connections: 10, pace: 10, duration: '30s' };

/** Target of a file that names none. */
const UNKNOWN_TARGET = 'http://127.0.0.1:8080';

/**
 * Converts a file of another tool to a workload file.
 * @param file its name in messages
 * @throws {LoadbotError} `config_invalid`, with file and place
 */
export async function importWorkload(
  format: ImportFormat,
  file: string,
  text: string,
  options: ImportOptions,
  env: Environment,
): Promise<string> {
  const entry = IMPORT_FORMATS[format];
  if ('loadImport' in entry) return (await entry.loadImport())(file, text, options.connectionString, env);
  const parse = await entry.load();
  const imported = await parse(file, text);
  const secrets = new SecretVariables(env);
  const targetOf = (recorded: string): string => (options.connectionString ?? recorded) || UNKNOWN_TARGET;
  const selected = selectRequests(imported.requests, options, (request, recorded) =>
    redactRequest({ ...request, url: targetOf(recorded) + splitUrl(request.url).path }, secrets),
  );
  const leftOut = new Map([...(imported.leftOut ?? []), ...selected.leftOut]);
  if (selected.requests.length === 0) {
    const reasons = describeLeftOut(leftOut).map((line) => line.trim());
    const hint = reasons.length === 0 ? undefined : reasons.join(' ');
    throw new LoadbotError('config_invalid', `${file} has no requests to import`, hint === undefined ? {} : { hint });
  }
  const { requests, origin: recorded } = selected;
  const origin = targetOf(recorded);
  const { origin: target } = splitUrl(requests[0]?.url ?? origin);
  const { http2, insecure } = imported.connection ?? {};
  const isSecure = /^https:/i.test(origin);
  return writeWorkload({
    comments: [
      `Imported from ${IMPORT_FORMATS[format].title}. See docs/command-line.md.`,
      ...imported.notes,
      ...describeLeftOut(leftOut),
      ...describeUsed(requests, secrets),
    ],
    name: undefined,
    connectionString: target,
    targetComment: origin === UNKNOWN_TARGET && recorded === '' ? 'The file names no host: set the target.' : undefined,
    connection: { http2: isSecure ? http2 : undefined, insecure: isSecure ? insecure : undefined },
    requests,
    load: LOAD,
  });
}

/** Comment lines about the variables of the requests: secrets, and those that the file itself names. */
function describeUsed(requests: readonly ImportedRequest[], secrets: SecretVariables): string[] {
  const texts = requests.flatMap(({ url, headers, body = '' }) => [url, body, ...headers.map(([, value]) => value)]);
  const used = new Set(texts.flatMap(variablesIn));
  const known = secrets.all.filter(({ name }) => used.delete(name));
  return [
    ...describeVariables(known),
    ...(used.size === 0 ? [] : [`Variables of the environment: ${[...used].join(', ')}`]),
  ];
}
