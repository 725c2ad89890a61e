import { expect } from 'vitest';
import { line, problemsOf } from '../../unit/workload/loading.ts';

/** A row of the page: the cells of loadbot and of loadbot-agent. */
export interface Row {
  readonly loadbot: string;
  readonly here: string;
}

/** Drives a row: runs this program with loadbot's input and compares the effect with the row. */
export type Check = (row: Row) => Promise<void>;

/** The rows of all tables of a page. */
export function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| (?!loadbot \||---)(.+?) \| (.+?) \| (?:.*\|)?$/gm)].map(
    ([, loadbot = '', here = '']) => ({
      loadbot,
      here,
    }),
  );
}

/** Every message that a row has in quotes is in the output. */
export function expectSaid(output: string, { here }: Row): void {
  const messages = [...here.matchAll(/"([^"]+)"/g)].map(([, message = '']) => message);
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages) expect(output).toContain(message);
}

/** All problems of a workload as text; empty when it is valid. */
export async function problems(workload: unknown): Promise<string> {
  const text = typeof workload === 'string' ? workload : JSON.stringify(workload);
  return (await problemsOf(text)).map(line).join('\n');
}

/** A workload for MongoDB with one job, which writes to its own collection by default. */
export function onMongodb(job: object, others: object = {}): object {
  const write = { type: 'write', database: 'd', collection: 'c' };
  return { connection_string: 'mongodb://admin:pass@127.0.0.1:27017', jobs: [{ ...write, ...job }], ...others };
}

/** A schema as loadbot has them. */
export const USERS = {
  name: 'user_schema',
  database: 'd',
  collection: 'users',
  schema: { _id: '#id', special_name: '#string' },
  save: ['special_name'],
};
