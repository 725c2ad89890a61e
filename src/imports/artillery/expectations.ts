import { jsonPath, pattern } from '../../workload/features/expect.ts';
import type { ImportNode } from '../../request-files/import-node.ts';

/** Fields of a step, in the notation of the file. */
export type StepFields = Readonly<Record<string, unknown>>;

/** Items of a list, or a single value. */
export function listOf(node: ImportNode): ImportNode[] {
  if (node.value === undefined || node.value === null) return [];
  return Array.isArray(node.value) ? node.items() : [node];
}

/** A JSON path of Artillery, in which `$` may be absent; `undefined`: not one of RFC 9535. */
function toJsonPath(text: string): string | undefined {
  const path = text.startsWith('$') ? text : text.startsWith('[') ? `$${text}` : `$.${text}`;
  return jsonPath.safeParse(path).success ? path : undefined;
}

/** Converts `capture`: the values by name. */
export function toCaptures(capture: ImportNode, notes: Set<string>): ReadonlyMap<string, unknown> {
  const captures = new Map<string, unknown>();
  for (const one of listOf(capture)) {
    const as = one.field('as').text() ?? '';
    const json = one.field('json').text();
    const path = json === undefined ? undefined : toJsonPath(json);
    const regexp = one.field('regexp').text();
    const header = one.field('header').text();
    if (!/^[A-Za-z_]\w{0,63}$/.test(as)) notes.add(`A capture named "${as}" is not imported.`);
    else if (path !== undefined) captures.set(as, path);
    else if (regexp !== undefined && pattern.safeParse(regexp).success) captures.set(as, { regex: regexp });
    else if (header !== undefined) captures.set(as, { header: header.toLowerCase() });
    else
      notes.add(`The capture ${as} is not imported: json, regexp and header are, in the syntaxes of RFC 9535 and RE2.`);
  }
  return captures;
}

/** Converts `expect`; `undefined`: no checks. */
export function toExpect(expect: ImportNode, notes: Set<string>): StepFields | undefined {
  const headers: Record<string, unknown> = {};
  const json: Record<string, unknown> = {};
  let status: unknown;
  const leave = (kind: string): void => void notes.add(`The expectation ${kind} is not imported.`);
  for (const [kind, node] of listOf(expect).flatMap((one) => one.entries())) {
    const text = node.text();
    const path = text === undefined ? undefined : toJsonPath(text);
    const [name, value] = node.items().map((item) => item.text());
    if (kind === 'statusCode') status = toStatus(node) ?? leave(kind);
    else if (kind === 'contentType' && text !== undefined) headers['content-type'] = { contains: text };
    else if (kind === 'hasHeader' && text !== undefined) headers[text.toLowerCase()] = { present: true };
    else if (kind === 'headerEquals' && name !== undefined && value !== undefined) headers[name.toLowerCase()] = value;
    else if (kind === 'hasProperty' && path !== undefined) json[path] = { present: true };
    else if (kind === 'notHasProperty' && path !== undefined) json[path] = { absent: true };
    else if (kind === 'equals') notes.add('The expectation equals is not imported: checks compare with constants.');
    else leave(kind);
  }
  const fields = {
    status,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    json: Object.keys(json).length === 0 ? undefined : json,
  };
  return Object.values(fields).every((field) => field === undefined) ? undefined : fields;
}

function toStatus(node: ImportNode): unknown {
  const codes = listOf(node).map((one) => Number(one.text()));
  if (codes.length === 0 || !codes.every((code) => Number.isInteger(code) && code >= 100 && code < 600))
    return undefined;
  return codes.length === 1 ? codes[0] : codes;
}
