import { writeFile } from 'node:fs';
import { promisify } from 'node:util';
import { LoadbotError } from '../../shared/errors.ts';
import { describeFailure, resolveOutput, type OutputDestination } from './locate-output.ts';
import { FileWriter } from './write-file.ts';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A text, or the parts of its UTF-8 encoding. */
type OutputText = string | readonly Buffer[];

/** Destination of a result or report. */
export interface Output {
  /** Path as given by the user. */
  readonly path: string;
  readonly place: OutputDestination;
  /**
   * Writes a text, which replaces the contents of a regular file. Calls must not overlap.
   * @param isFinal whether to wait until it is on the disk; otherwise it survives the process, but not a power failure
   */
  write(text: OutputText, isFinal?: boolean): Promise<void>;
}

/**
 * Opens an output without writing to it.
 * @param path `-`, `/dev/stdout` and `/dev/fd/1` are standard output
 * @param writeOut writes to standard output
 * @throws {LoadbotError} `config_invalid` if it cannot be written
 */
export async function openOutput(path: string, writeOut: (text: string) => void): Promise<Output> {
  const place = await resolveOutput(path);
  const write = writerOf(place, writeOut);
  return {
    path,
    place,
    write: (text, isFinal = false) =>
      write(text, isFinal).catch((cause: unknown) => {
        const message = `cannot write the result to ${path}: ${describeFailure(cause)}`;
        throw new LoadbotError('internal', message, { cause });
      }),
  };
}

const appendTo = promisify<number, Buffer>(writeFile);

function writerOf(
  place: OutputDestination,
  writeOut: (text: string) => void,
): (text: OutputText, isFinal: boolean) => Promise<void> {
  if (place.kind === 'standard') {
    return async (text) => void (place.fd === 1 ? writeOut(String(joined(text))) : process.stderr.write(joined(text)));
  }
  if (place.kind === 'descriptor') return (text) => appendTo(place.fd, joined(text));
  if (place.kind === 'stream') return (text) => writeStream(place.path, place.isPipe, text);
  const file = new FileWriter(place);
  return (text, isFinal) => file.write(partsOf(text), isFinal);
}

/** Timeout for a named pipe to get a reader. */
const READER_WITHIN_MS = 10_000;
/** Timeout for a reader that does not read. */
const STALLED_AFTER_MS = 30_000;
const RETRY_EVERY_MS = 20;

/**
 * Writes a text to a pipe or a character device without blocking a thread, which would keep the process from exiting.
 * @throws errors of Node's file functions; also if a pipe gets no reader within 10 s, or its reader stalls for 30 s
 */
async function writeStream(path: string, isPipe: boolean, text: OutputText): Promise<void> {
  const file = await openStream(path, isPipe);
  try {
    await writeAll(file, joined(text));
  } finally {
    await file.close();
  }
}

function partsOf(text: OutputText): readonly Buffer[] {
  return typeof text === 'string' ? [Buffer.from(text)] : text;
}

function joined(text: OutputText): Buffer {
  return Buffer.concat(partsOf(text));
}

async function openStream(path: string, isPipe: boolean): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const file = await retry('ENXIO', isPipe ? READER_WITHIN_MS : 0, () => open(path, flags));
  if (file === undefined) throw new Error(`no process opened it for reading within ${READER_WITHIN_MS / 1000}s`);
  return file;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const written = await retry('EAGAIN', STALLED_AFTER_MS, () => file.write(bytes, at, bytes.length - at, null));
    if (written === undefined) throw new Error(`the reader did not read for ${STALLED_AFTER_MS / 1000}s`);
    at += written.bytesWritten;
  }
}

/** Retries until success; `undefined` if only `code` occurs within `ms`. */
async function retry<T>(code: string, ms: number, attempt: () => Promise<T>): Promise<T | undefined> {
  const untilMs = performance.now() + ms;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Object(error).code !== code || ms === 0) throw error;
      if (performance.now() >= untilMs) return undefined;
    }
    await pause(RETRY_EVERY_MS);
  }
}
