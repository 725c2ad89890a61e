import type { LoadbotError } from '../../shared/errors.ts';
import type { Operation, ResponseNeeds } from '../driver.ts';
import { decodeBase64, parseWebSocketCommand, type WebSocketCommand } from './command.ts';
import { compressMessage } from './compression.ts';
import { buildCloseFrame, buildFrame } from './frame-writer.ts';
import { compileMatch, type MessageTest } from './matcher.ts';
import { BINARY, PING, TEXT } from './opcode.ts';
import type { WebSocketSettings } from './settings.ts';

/** A frame to send, and the messages that answer it. */
interface OutgoingFrame {
  /** `undefined`: nothing is sent. */
  readonly frame: Buffer | undefined;
  /** Test of the message that ends the request; `undefined`: any. */
  readonly accepts: MessageTest | undefined;
  /** Payload of the pong that ends a ping; else empty. */
  readonly ping: string;
}

/** WebSocket form of one operation. */
export interface WebSocketRequest {
  /** Event that ends the request: a message, the pong, the close frame of the server, or the end of sending. */
  readonly endsWith: 'message' | 'pong' | 'close' | 'sent';
  /** Whether messages that arrived before the request may end it. */
  readonly isWait: boolean;
  readonly needs: ResponseNeeds | undefined;
  /** Generates the frame of a ticket. @throws {Error} when it cannot be built from its data */
  prepare(sequence: number): OutgoingFrame;
}

/** Compiles an operation. @returns `undefined` if there are faults, each of which is added to the list */
export function compileWebSocketRequest(
  operation: Operation,
  { compression }: Pick<WebSocketSettings, 'compression'>,
  faults: LoadbotError[],
): WebSocketRequest | undefined {
  const command = parseWebSocketCommand(operation, faults);
  if (command === undefined) return undefined;
  const { needs } = operation;
  const isWait = command.kind === 'wait';
  return { needs, isWait, endsWith: endOf(command), prepare: compilePrepare(command, operation, compression) };
}

function endOf(command: WebSocketCommand): WebSocketRequest['endsWith'] {
  if (command.kind === 'ping') return 'pong';
  if (command.kind === 'close') return 'close';
  return command.kind === 'send' && !command.isAnswered ? 'sent' : 'message';
}

function compilePrepare(
  command: WebSocketCommand,
  { materials }: Operation,
  isCompressed: boolean,
): WebSocketRequest['prepare'] {
  if (command.kind === 'close') {
    const { code, reason } = command;
    return () => ({ frame: buildCloseFrame(code, reason), accepts: undefined, ping: '' });
  }
  if (command.kind === 'ping') {
    return (sequence) => {
      const ping = String(sequence);
      return { frame: buildFrame(PING, ping), accepts: undefined, ping };
    };
  }
  const testOf = command.match === undefined ? undefined : compileMatch(command.match, materials);
  if (command.kind === 'wait') {
    return (sequence) => ({ frame: undefined, accepts: testOf?.(sequence, ''), ping: '' });
  }
  const textOf = compileText(command.message, command.isBinary, materials);
  const opcode = command.isBinary ? BINARY : TEXT;
  return (sequence) => {
    const text = typeof textOf === 'string' ? textOf : textOf(sequence);
    const payload = command.isBinary ? decodeBase64(text) : text;
    const frame = isCompressed ? buildFrame(opcode, compressMessage(payload), true) : buildFrame(opcode, payload);
    return { frame, accepts: testOf?.(sequence, text), ping: '' };
  };
}

/** Text of a message: JSON, or text whose tags are escaped when it looks like JSON. */
function compileText(
  message: Extract<WebSocketCommand, { readonly kind: 'send' }>['message'],
  isBinary: boolean,
  { text, json }: Operation['materials'],
): string | ((sequence: number) => string) {
  if (typeof message !== 'string') return json(message);
  return text(message, !isBinary && /^\s*[[{]/.test(message) ? 'json' : 'plain');
}
