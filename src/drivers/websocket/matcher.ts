import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../shared/json.ts';
import type { RequestData } from '../../templates/request-data.ts';
import type { MessageMatch } from './command.ts';
import { type JsonPointer, valueAt } from './json-pointer.ts';
import type { ReceivedMessage } from './received-message.ts';

/** Whether a message answers a request. */
export type MessageTest = (message: ReceivedMessage) => boolean;

/**
 * Compiles which messages answer the requests of an operation.
 * @returns creates the test of a ticket. @param sent the sent text
 */
export function compileMatch(
  match: MessageMatch,
  data: Pick<RequestData, 'text' | 'value'>,
): (sequence: number, sent: string) => MessageTest {
  switch (match.kind) {
    case 'members': {
      const members = match.members.map(([pointer, wanted]) => [pointer, data.value(wanted)] as const);
      return (sequence) => hasMembers(members.map(([pointer, valueOf]) => [pointer, valueOf(sequence)]));
    }
    case 'same':
      return (_, sent) => hasMembers(membersOfSent(match.pointers, sent));
    case 'contains': {
      const text = data.text(match.text);
      return (sequence) => {
        const wanted = typeof text === 'string' ? text : text(sequence);
        return (message) => message.text.includes(wanted);
      };
    }
    case 'matches':
    default: {
      // all kinds are above
      const test: MessageTest = (message) => match.pattern.find(message.text) !== undefined;
      return () => test;
    }
  }
}

type Members = readonly (readonly [pointer: JsonPointer, wanted: Json])[];

function hasMembers(members: Members): MessageTest {
  return ({ json }) =>
    json !== undefined && members.every(([pointer, wanted]) => isSame(valueAt(json, pointer), wanted));
}

/** @throws {Error} when the sent message does not have a member */
function membersOfSent(pointers: readonly JsonPointer[], sent: string): Members {
  const value = JSON.parse(sent) as Json;
  return pointers.map((pointer) => {
    const wanted = valueAt(value, pointer);
    if (wanted === undefined) throw new Error(`the sent message has no member /${pointer.join('/')} (\`match\`)`);
    return [pointer, wanted];
  });
}

/** Whether two values are equal. A number is equal to its text, because servers repeat ids as either. */
function isSame(value: Json | undefined, wanted: Json): boolean {
  if (value === wanted) return true;
  if (value === undefined || value === null || wanted === null) return false;
  if (typeof value !== 'object' && typeof wanted !== 'object') return String(value) === String(wanted);
  return isDeepStrictEqual(value, wanted);
}
