import { ConnectionViolation, FLOW_CONTROL_ERROR, PROTOCOL_ERROR } from './errors.ts';
import * as frames from './frames.ts';

/**
 * Flow-control window of a stream in bytes. Bodies are discarded as they arrive, so a large window costs no memory and
 * saves round trips.
 */
export const WINDOW_BYTES = 1024 * 1024;

/** Settings of this side that differ from the defaults of HTTP/2. */
interface ClientSettings {
  readonly enablePush: number;
  readonly initialWindowSize: number;
  readonly maxHeaderListSize: number;
}

function clientSettings(maxHeaderBytes: number): ClientSettings {
  return { enablePush: 0, initialWindowSize: WINDOW_BYTES, maxHeaderListSize: maxHeaderBytes };
}

/** The first bytes of a connection. @param windowBytes of the whole connection */
export function clientPreface(maxHeaderBytes: number, windowBytes: number): string {
  const { enablePush, initialWindowSize, maxHeaderListSize } = clientSettings(maxHeaderBytes);
  const settings = frames.settingsFrame([
    frames.ENABLE_PUSH,
    enablePush,
    frames.INITIAL_WINDOW_SIZE,
    initialWindowSize,
    frames.MAX_HEADER_LIST_SIZE,
    maxHeaderListSize,
  ]);
  return frames.PREFACE + settings + frames.windowUpdate(0, windowBytes - frames.DEFAULT_WINDOW_BYTES);
}

/** Settings of a server; `undefined`: not changed. */
export interface ServerSettings {
  readonly headerTableSize: number | undefined;
  readonly maxConcurrentStreams: number | undefined;
  readonly initialWindowSize: number | undefined;
  readonly maxFrameSize: number | undefined;
}

const SETTING_BYTES = 6;

/**
 * Reads the payload of a SETTINGS frame, whose length is a multiple of 6. The last one of several values counts.
 * @throws {ConnectionViolation} when a value is not valid
 */
export function readSettings(bytes: Uint8Array, from: number, to: number): ServerSettings {
  const values: (number | undefined)[] = [];
  for (let at = from; at < to; at += SETTING_BYTES) {
    const id = (bytes[at]! << 8) | bytes[at + 1]!; // a setting has 6 bytes
    const value = frames.readUint32(bytes, at + 2);
    check(id, value);
    if (id <= frames.MAX_HEADER_LIST_SIZE) values[id] = value;
  }
  return {
    headerTableSize: values[frames.HEADER_TABLE_SIZE],
    maxConcurrentStreams: values[frames.MAX_CONCURRENT_STREAMS],
    initialWindowSize: values[frames.INITIAL_WINDOW_SIZE],
    maxFrameSize: values[frames.MAX_FRAME_SIZE],
  };
}

function check(id: number, value: number): void {
  if (id === frames.ENABLE_PUSH && value !== 0)
    throw new ConnectionViolation(PROTOCOL_ERROR, `the server set ENABLE_PUSH to ${value}`);
  if (id === frames.INITIAL_WINDOW_SIZE && value > frames.MOST_WINDOW_BYTES)
    throw new ConnectionViolation(FLOW_CONTROL_ERROR, `the server set INITIAL_WINDOW_SIZE to ${value}`);
  if (id === frames.MAX_FRAME_SIZE && (value < frames.DEFAULT_FRAME_BYTES || value > frames.MOST_FRAME_BYTES))
    throw new ConnectionViolation(PROTOCOL_ERROR, `the server set MAX_FRAME_SIZE to ${value}`);
}
