import { FAILURE_DETAILS, type FailureDetail } from '../../shared/outcome.ts';
import { cutText } from '../../shared/text.ts';
import { ClassifiedError } from '../classify-error.ts';

/** Meanings of the registered codes (https://www.iana.org/assignments/websocket). */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [1000, 'normal closure'],
  [1001, 'going away'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1007, 'invalid data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1010, 'extension missing'],
  [1011, 'internal error'],
  [1012, 'service restart'],
  [1013, 'try again later'],
  [1014, 'bad gateway'],
]);

/** Code of a client that has no more requests. */
export const NORMAL_CLOSURE = 1000;
/** A close frame without a code. */
export const NO_CODE = 1005;

/** Characters of a reason in a message. */
const MOST_REASON = 123;

/** A message of the server that is larger than `max_message_bytes`. */
export class MessageTooLarge extends ClassifiedError {
  constructor(maxBytes: number) {
    super('protocol', `the server sent a message of more than ${maxBytes} bytes (max_message_bytes)`);
  }
}

/** The server has closed the connection with a close frame. */
export class ClosedByServer extends ClassifiedError {
  readonly code: number;

  /** @param code 1005: without a code */
  constructor(code: number, reason: string) {
    const meaning = MEANINGS.get(code);
    const named =
      code === NO_CODE ? 'without a code' : `with code ${code}${meaning === undefined ? '' : ` (${meaning})`}`;
    super(
      'reset',
      `the server closed the connection ${named}${reason === '' ? '' : `: ${cutText(reason, MOST_REASON)}`}`,
    );
    this.code = code;
  }
}

/** Detail of an error in the result file; `undefined`: none. */
export function detailOf(error: unknown): FailureDetail | undefined {
  if (error instanceof MessageTooLarge) return 'message_too_large';
  if (!(error instanceof ClosedByServer)) return undefined;
  const name = `close_${error.code}`;
  return FAILURE_DETAILS.find((detail) => detail === name) ?? 'close_other';
}

/** Whether a code may be sent in a close frame, as the answer to that of the server. */
export function isSendable(code: number): boolean {
  return MEANINGS.has(code) || (code >= 3000 && code <= 4999);
}
