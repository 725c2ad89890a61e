import { ConnectionViolation, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from './errors.ts';
import { ACK, GOAWAY, PING, PRIORITY, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE } from './frames.ts';

/** Rules of a type of frame. */
interface FrameRules {
  readonly name: string;
  readonly isValidLength: (length: number, flags: number) => boolean;
  /** Whether it belongs to a stream, to the connection, or to either. */
  readonly scope: 'stream' | 'connection' | 'either';
}

const RULES: ReadonlyMap<number, FrameRules> = new Map<number, FrameRules>([
  [PRIORITY, { name: 'PRIORITY', isValidLength: (length) => length === 5, scope: 'stream' }],
  [RST_STREAM, { name: 'RST_STREAM', isValidLength: (length) => length === 4, scope: 'stream' }],
  [
    SETTINGS,
    {
      name: 'SETTINGS',
      isValidLength: (length, flags) => ((flags & ACK) === 0 ? length % 6 === 0 : length === 0),
      scope: 'connection',
    },
  ],
  [PING, { name: 'PING', isValidLength: (length) => length === 8, scope: 'connection' }],
  [GOAWAY, { name: 'GOAWAY', isValidLength: (length) => length >= 8, scope: 'connection' }],
  [WINDOW_UPDATE, { name: 'WINDOW_UPDATE', isValidLength: (length) => length === 4, scope: 'either' }],
]);

/**
 * Checks length and stream of a frame that is not a part of a response.
 * @throws {ConnectionViolation}
 */
export function checkFrame(type: number, flags: number, streamId: number, length: number): void {
  if (type === PUSH_PROMISE)
    throw new ConnectionViolation(PROTOCOL_ERROR, 'the server pushed a response, which its client refuses');
  const rules = RULES.get(type);
  if (rules === undefined) return;
  const { name, isValidLength, scope } = rules;
  if (scope !== 'either' && (scope === 'connection') !== (streamId === 0))
    throw new ConnectionViolation(PROTOCOL_ERROR, `the server sent ${name} on stream ${streamId}`);
  if (!isValidLength(length, flags))
    throw new ConnectionViolation(FRAME_SIZE_ERROR, `the server sent ${name} with ${length} bytes`);
}
