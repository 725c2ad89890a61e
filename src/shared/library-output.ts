import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { format } from 'node:util';
import { messageOf } from './errors.ts';
import { sanitizeForTerminal } from './text.ts';

/** A message of Node or of a library: a process warning or console output, on one line. */
interface LibraryMessage {
  readonly message: string;
  /** Thread that it is from; absent: the main thread. */
  readonly thread?: string;
}

type Sink = (message: LibraryMessage) => void;

const CONSOLE_METHODS = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const;

/** Messages that are held until a sink is set: a JSON log is opened after the workload has been read. */
const MOST_HELD = 1000;
const held: LibraryMessage[] = [];
const hold: Sink = (message) => void (held.length < MOST_HELD && held.push(message));

let sink = hold;

/**
 * Passes process warnings and console output of this thread to the sink: Node would write them to standard error, or to
 * standard output among the results. Call once for each thread, before libraries are loaded.
 */
export function captureLibraryOutput(): void {
  // Node's own listener, which writes.
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => emit(`${name}: ${message}`));
  for (const method of CONSOLE_METHODS) {
    console[method] = (...values: unknown[]): void => emit(format(...values));
  }
}

/** Sets the sink of the main thread, which also gets the messages held so far. */
export function setLibrarySink(next: Sink): void {
  sink = next;
  for (const message of held.splice(0)) next(message);
}

/** Writes the messages that are still held: those of a command that has no log. */
export function flushLibraryOutput(stderr: NodeJS.WritableStream): void {
  if (sink === hold) setLibrarySink(({ message }) => void stderr.write(`warning: ${message}\n`));
}

/** Like `captureLibraryOutput`, for a worker thread: one line of its standard error for each message. */
export function captureThreadOutput(): void {
  // What Node plans to remove matters to developers of this program, not to its users.
  process.noDeprecation = true;
  sink = ({ message }) => void process.stderr.write(`${message}\n`);
  captureLibraryOutput();
}

/** Passes each line that a worker thread writes to the sink; open it with `stdout` and `stderr` set to true. */
export function forwardThreadOutput(
  thread: { readonly stdout: Readable; readonly stderr: Readable },
  name: string,
): void {
  const forward = (line: string): void => {
    const message = sanitizeForTerminal(line);
    if (message !== '') sink({ message, thread: name });
  };
  for (const stream of [thread.stdout, thread.stderr]) {
    // Most threads write nothing.
    stream.once('readable', () => {
      if (stream.readableLength > 0) createInterface({ input: stream }).on('line', forward);
    });
  }
}

function emit(text: string): void {
  try {
    sink({ message: sanitizeForTerminal(text) });
  } catch (error) {
    process.stderr.write(`warning: ${sanitizeForTerminal(messageOf(error))}\n`);
  }
}
