import { BusError } from './bus.ts';

/** First tokens of the subjects of all last states. */
export const STATES_ROOT = 'lb1.s';

const TOKEN = '[!-)+-\\-/-=?-~]+';
const SUBJECT = new RegExp(`^${TOKEN}(?:\\.${TOKEN})*$`);
const PATTERN = new RegExp(`^(?:(?:${TOKEN}|\\*)(?:\\.(?:${TOKEN}|\\*))*(?:\\.>)?|>)$`);

/**
 * Checks the subject of a message.
 * @throws {BusError} `refused`
 */
export function requireSubject(subject: string): void {
  if (!SUBJECT.test(subject)) throw new BusError('refused', `not a subject: ${JSON.stringify(subject)}`);
}

/**
 * Checks the subject of a subscription, which may have wildcards.
 * @throws {BusError} `refused`
 */
export function requirePattern(pattern: string): void {
  if (!PATTERN.test(pattern)) throw new BusError('refused', `not a subject: ${JSON.stringify(pattern)}`);
}

/**
 * Checks the subject of a last state, or the beginning of one.
 * @throws {BusError} `refused`
 */
export function requireStateSubject(subject: string): void {
  requireSubject(subject);
  if (subject.startsWith(`${STATES_ROOT}.`)) return;
  throw new BusError('refused', `${subject}: the subject of a last state begins with ${STATES_ROOT}.`);
}

/** @throws {BusError} `refused` */
export function requireSize(subject: string, data: Uint8Array, maxPayload: number): void {
  if (data.length <= maxPayload) return;
  throw new BusError('refused', `${subject}: ${data.length} bytes, the bus takes at most ${maxPayload} in a message`);
}
