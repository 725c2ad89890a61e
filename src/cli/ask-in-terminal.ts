import { createInterface } from 'node:readline/promises';
import { LoadbotError } from '../shared/errors.ts';

/** Asks for a line. @throws {LoadbotError} when the input ends */
export type AskLine = (question: string) => Promise<string>;

/**
 * Asks questions in the terminal of the process.
 * @param output receives the questions
 * @throws {LoadbotError} when the input ends, or after Ctrl-C
 */
export async function askInTerminal<T>(
  output: NodeJS.WritableStream,
  dialog: (ask: AskLine) => Promise<T>,
): Promise<T> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const ended = new AbortController();
  const end = (): void => ended.abort();
  lines.on('SIGINT', end).on('close', end);
  try {
    return await dialog((question) =>
      lines.question(question, { signal: ended.signal }).catch((cause: unknown) => {
        throw new LoadbotError('config_invalid', 'no answer: nothing was written', {
          hint: 'give the answers as flags: see --help',
          cause,
        });
      }),
    );
  } finally {
    lines.close();
  }
}
