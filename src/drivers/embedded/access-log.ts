import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { LoadbotError, messageOf } from '../../shared/errors.ts';

/** One request in the access log, the ground truth for a measurement. */
export interface AccessRecord {
  /** Arrival of the request's head, in milliseconds since the Unix epoch, with decimals. */
  readonly t: number;
  /** Time from the arrival until the response was passed to the socket, in milliseconds. */
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  /** 499 when the client disconnected before the response, as in nginx. */
  readonly status: number;
}

export interface AccessLog {
  write(record: AccessRecord): void;
  /** Resolves when all records are written to the file. */
  close(): Promise<void>;
}

/** Approximate size in characters of the blocks that are written to the file. */
const BLOCK_CHARACTERS = 64 * 1024;

/**
 * Opens a log with one JSON object per line; an existing file is appended to.
 * @throws {LoadbotError} when the file cannot be written
 */
export async function openAccessLog(path: string): Promise<AccessLog> {
  const file = createWriteStream(path, { flags: 'a' });
  let broken: unknown;
  try {
    await once(file, 'open');
  } catch (error) {
    throw cannotWrite(path, error);
  }
  // A later write error, such as a full disk, must not end the target; `close` reports it.
  file.on('error', (error) => (broken = error));
  let block = '';
  return {
    write: ({ t, ms, method, path, status }) => {
      block += `{"t":${t.toFixed(3)},"ms":${ms.toFixed(3)},"method":"${method}","path":${JSON.stringify(path)},"status":${status}}\n`;
      if (block.length < BLOCK_CHARACTERS) return;
      file.write(block);
      block = '';
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        file.once('close', resolve);
        file.end(block);
        if (file.closed) resolve();
      });
      if (broken !== undefined) throw cannotWrite(path, broken);
    },
  };
}

function cannotWrite(path: string, cause: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `cannot write the access log ${path}: ${messageOf(cause)}`, {
    hint: 'name a file in a directory that exists and can be written to',
    cause,
  });
}
