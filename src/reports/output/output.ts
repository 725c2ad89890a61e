import { writeFile } from 'node:fs';
import { promisify } from 'node:util';
import { LoadbotError } from '../../shared/errors.ts';
import { describeFailure } from './failure.ts';
import { resolveOutput, type OutputDestination } from './locate-output.ts';
import { FileWriter } from './write-file.ts';
import { writeStream } from './write-stream.ts';

/** Destination of a result or report. */
export interface Output {
  /** Path as given by the user. */
  readonly path: string;
  readonly place: OutputDestination;
  /** Writes a text, which replaces the contents of a regular file. Calls must not overlap. */
  write(text: string): Promise<void>;
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
    write: (text) =>
      write(text).catch((cause: unknown) => {
        const message = `cannot write the result to ${path}: ${describeFailure(cause)}`;
        throw new LoadbotError('internal', message, { cause });
      }),
  };
}

const appendTo = promisify<number, string>(writeFile);

function writerOf(place: OutputDestination, writeOut: (text: string) => void): (text: string) => Promise<void> {
  if (place.kind === 'standard') {
    return async (text) => void (place.fd === 1 ? writeOut(text) : process.stderr.write(text));
  }
  if (place.kind === 'descriptor') return (text) => appendTo(place.fd, text);
  if (place.kind === 'stream') return (text) => writeStream(place.path, place.isPipe, text);
  const file = new FileWriter(place);
  return (text) => file.write(text);
}
