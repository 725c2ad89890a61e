/** Opcodes of frames (RFC 6455, section 5.2). */
export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Opcode of a message. */
export type MessageOpcode = typeof TEXT | typeof BINARY;
/** Largest payload of a control frame, in bytes. */
export const MOST_CONTROL_BYTES = 125;

/** Whether a frame is a control frame, which may stand between the fragments of a message. */
export function isControl(opcode: number): boolean {
  return opcode >= CLOSE;
}
