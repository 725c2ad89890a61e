import type { Clock } from '../../shared/clock.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { FrameListener } from './frame-reader.ts';
import type { WebSocketSettings } from './settings.ts';

/** Options shared by the connections of one job. */
export interface WebSocketConnectionOptions {
  readonly settings: WebSocketSettings;
  /** Timeout for opening a connection, the upgrade included, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Read buffer that all connections of a thread share. Its content is only valid during one read. */
  readonly readBuffer: Buffer;
}

/** Receives the events of a connection. */
export interface WebSocketListener extends Omit<FrameListener, 'ping'> {
  /** A new socket is being opened. `traffic` counts its bytes and starts at 0. */
  opening(traffic: ByteCounters): void;
  /** The frame is about to be written, or the connection is open. `waited`: it had to be opened first. */
  writing(waited: boolean): void;
  /** The frame has been passed to the system. */
  written(): void;
  /** All frames of the bytes that have arrived are read. */
  arrived(): void;
  /** The connection is closed by an error. */
  lost(error: unknown): void;
}
