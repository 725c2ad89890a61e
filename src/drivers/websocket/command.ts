import { compilePattern, type Pattern } from '../../conditions/pattern.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { splitTemplate } from '../../templates/split-template.ts';
import type { Operation } from '../driver.ts';
import { commandError } from '../driver-settings.ts';
import { type JsonPointer, parsePointer } from './json-pointer.ts';

/** Which message answers a request; `undefined`: the next one. */
export type MessageMatch =
  /** Members of the message are equal to values, which are templates. */
  | { readonly kind: 'members'; readonly members: readonly (readonly [pointer: JsonPointer, wanted: Json])[] }
  /** Members of the message are equal to those of the sent one. */
  | { readonly kind: 'same'; readonly pointers: readonly JsonPointer[] }
  /** The message contains a text, a template. */
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'matches'; readonly pattern: Pattern };

/** A parsed `command`. */
export type WebSocketCommand =
  | {
      readonly kind: 'send';
      /** Template: text of a text message, base64 of a binary one, or JSON. */
      readonly message: Json;
      readonly isBinary: boolean;
      /** Whether the request ends with an answer; otherwise it ends when it has been sent. */
      readonly isAnswered: boolean;
      readonly match: MessageMatch | undefined;
    }
  | { readonly kind: 'wait'; readonly match: MessageMatch | undefined }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

const KINDS = ['send', 'send_binary', 'wait', 'ping', 'close'] as const;
const FIELDS: readonly string[] = [...KINDS, 'match', 'expect'];
const MATCH_FORMS = 'such as { "/id": "#sequence" }, ["/id"], { "contains": "text" } or { "matches": "^ok" }';
/** Largest reason of a close, in bytes (RFC 6455, section 5.5). */
const MOST_REASON_BYTES = 123;
/** Tags that have the same value wherever they are written in a request. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(['sequence', 'id', '_id']);

type Report = (path: readonly string[], fault: string, hint?: string) => void;
type Fields = { readonly [name: string]: Json };

/** Parses the command of an operation, and adds each fault to a list. @returns `undefined` if there are faults */
export function parseWebSocketCommand(
  { statement, type }: Pick<Operation, 'statement' | 'type'>,
  faults: LoadbotError[],
): WebSocketCommand | undefined {
  if (statement === undefined) {
    const hint = 'give a `command` such as { "send": { "id": "#sequence" }, "match": ["/id"] }';
    faults.push(
      new LoadbotError('config_invalid', `WebSocket has no request of its own for ${type}`, { field: ['type'], hint }),
    );
    return undefined;
  }
  const before = faults.length;
  const report: Report = (path, fault, hint) => void faults.push(commandError(path, fault, hint));
  const command = parseFields(statement as Fields, report); // the catalog allows objects only
  return faults.length > before ? undefined : command;
}

function parseFields(fields: Fields, report: Report): WebSocketCommand | undefined {
  for (const name of Object.keys(fields)) {
    if (!FIELDS.includes(name))
      report([name], 'is not a part of a WebSocket command', `it may be ${FIELDS.join(', ')}`);
  }
  const given = KINDS.filter((kind) => fields[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const fault = kind === undefined ? 'is missing' : `is given beside \`${given[1]}\``;
    report([kind ?? 'send'], fault, `give one of ${KINDS.join(', ')}`);
    return undefined;
  }
  const { match, expect = true } = fields;
  if (kind === 'ping' || kind === 'close') {
    for (const name of ['match', 'expect'])
      if (fields[name] !== undefined) report([name], `does not apply to \`${kind}\``, 'leave it out');
    if (kind === 'close') return parseClose(fields['close'] as Json, report);
    return parseFlag('ping', fields, report) ? { kind } : undefined;
  }
  const parsed = match === undefined ? undefined : parseMatch(match, fields, report);
  if (kind === 'wait') {
    if (fields['expect'] !== undefined) report(['expect'], 'does not apply to `wait`', 'leave it out');
    return parseFlag('wait', fields, report) ? { kind, match: parsed } : undefined;
  }
  if (typeof expect !== 'boolean')
    report(['expect'], 'must be true or false', 'checks of the answer belong into `expect` beside `command`');
  if (expect === false && match !== undefined)
    report(['match'], 'does not apply to a message without an answer', 'leave out `match` or `expect: false`');
  const isBinary = kind === 'send_binary';
  const message = fields[kind] as Json;
  if (isBinary && !isBase64Template(message)) report([kind], 'must be text in base64');
  return { kind: 'send', message, isBinary, isAnswered: expect !== false, match: parsed };
}

function parseFlag(name: 'ping' | 'wait', fields: Fields, report: Report): boolean {
  if (fields[name] === true) return true;
  report([name], 'must be true');
  return false;
}

function isBase64Template(value: Json): boolean {
  return typeof value === 'string' && (value.includes('#') || isBase64(value));
}

function parseClose(given: Json, report: Report): WebSocketCommand | undefined {
  if (given === true) return { kind: 'close', code: 1000, reason: '' };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    report(['close'], 'must be true, or an object such as { "code": 1000, "reason": "done" }');
    return undefined;
  }
  const { code = 1000, reason = '', ...others } = given as Fields;
  for (const name of Object.keys(others)) report(['close', name], 'is not known', 'it may be code, reason');
  const isCode =
    typeof code === 'number' && Number.isInteger(code) && (code === 1000 || (code >= 3000 && code <= 4999));
  if (!isCode) report(['close', 'code'], 'must be 1000, or a whole number from 3000 to 4999');
  const isReason = typeof reason === 'string' && Buffer.byteLength(reason) <= MOST_REASON_BYTES;
  if (!isReason) report(['close', 'reason'], `must be text of at most ${MOST_REASON_BYTES} bytes`);
  return isCode && isReason ? { kind: 'close', code, reason } : undefined;
}

function parseMatch(given: Json, fields: Fields, report: Report): MessageMatch | undefined {
  if (Array.isArray(given)) return parseSame(given as readonly Json[], fields, report);
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) {
    report(['match'], 'must be an object or a list', MATCH_FORMS);
    return undefined;
  }
  const entries = Object.entries(given as Fields);
  const members: (readonly [JsonPointer, Json])[] = [];
  let other: MessageMatch | undefined;
  for (const [name, wanted] of entries) {
    const pointer = parsePointer(name);
    if (pointer !== undefined) {
      const tag = variedTag(wanted);
      if (tag === undefined) members.push([pointer, wanted]);
      else
        report(
          ['match', name],
          `has the tag ${tag}, which has another value here than in the sent message`,
          `compare with the sent message: "match": ["${name}"]`,
        );
    } else if (name === 'contains' && typeof wanted === 'string' && wanted !== '') {
      other = { kind: 'contains', text: wanted };
    } else if (name === 'matches' && typeof wanted === 'string') {
      other = parsePattern(wanted, report);
    } else
      report(['match', name], name === 'contains' || name === 'matches' ? 'must be text' : 'is not known', MATCH_FORMS);
  }
  if (
    entries.length > 1 &&
    members.length < entries.length &&
    entries.some(([name]) => /^(contains|matches)$/.test(name))
  )
    report(['match'], 'has several forms', `give one of them, ${MATCH_FORMS}`);
  return members.length > 0 ? { kind: 'members', members } : other;
}

function parseSame(given: readonly Json[], { send }: Fields, report: Report): MessageMatch | undefined {
  const pointers = given.map((one) => (typeof one === 'string' ? parsePointer(one) : undefined));
  const known = pointers.filter((pointer) => pointer !== undefined);
  if (known.length < given.length || known.length === 0) {
    report(['match'], 'must be a list of JSON pointers', 'such as ["/id"]');
    return undefined;
  }
  const isJson = send !== undefined && (typeof send !== 'string' || /^\s*[[{]/.test(send));
  if (!isJson)
    report(['match'], 'compares with the sent message, which must be JSON', 'such as "send": { "id": "#uuid" }');
  return { kind: 'same', pointers: known };
}

function parsePattern(text: string, report: Report): MessageMatch | undefined {
  const compiled = compilePattern(text);
  if ('pattern' in compiled) return { kind: 'matches', pattern: compiled.pattern };
  report(['match', 'matches'], compiled.fault.message.replace(/^this /, ''), compiled.fault.hint);
  return undefined;
}

/** The first tag in a value that has another value in each place of a request. */
function variedTag(value: Json): string | undefined {
  if (typeof value !== 'string' || !value.includes('#')) return undefined;
  const parts = splitTemplate(value, (name) => name.includes('.'));
  return parts.find((part) => part.kind === 'tag' && !SAME_EVERYWHERE.has(part.name))?.text;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Whether a text is base64, with or without padding. */
function isBase64(text: string): boolean {
  return BASE64.test(text);
}

/** @throws {Error} when the text is not base64 */
export function decodeBase64(text: string): Buffer {
  if (!isBase64(text)) throw new Error('`send_binary` is not base64');
  return Buffer.from(text, 'base64');
}
