import type { Db } from 'mongodb';
import { expect, test } from 'vitest';
import { fillPool } from '../../../../src/drivers/mongodb/fill-pool.ts';

/** A pool as the library's: a command that finds no free connection opens one, up to a limit. */
class Pool {
  readonly #limit: number;
  readonly rounds: number[] = [];
  connections: number;
  busy = 0;

  constructor(connections: number, limit: number) {
    this.connections = connections;
    this.#limit = limit;
  }

  async command(): Promise<void> {
    if (this.busy === 0) this.rounds.push(0);
    this.rounds[this.rounds.length - 1]!++; // just pushed
    this.busy++;
    const opens = this.busy > this.connections;
    await Promise.resolve();
    this.busy--;
    if (!opens) return;
    if (this.connections >= this.#limit) throw new Error('too many connections');
    this.connections++;
  }

  async fill(size: number, atOnce: number): Promise<void> {
    await fillPool(this as unknown as Db, { size, atOnce, open: () => this.connections });
  }
}

test.each([
  [0, 5, 32, [5]],
  [0, 100, 32, [32, 64, 96, 100]],
  [1, 40, 16, [17, 33, 40]],
  [7, 7, 16, []],
])('from %i to %i connections, %i at once', async (from, size, atOnce, rounds) => {
  const pool = new Pool(from, Infinity);
  await pool.fill(size, atOnce);
  expect(pool.connections).toBe(size);
  expect(pool.rounds).toEqual(rounds);
});

test('ends when the server accepts no more connections', async () => {
  const pool = new Pool(0, 20);
  await pool.fill(100, 16);
  expect(pool.connections).toBe(20);
  expect(pool.rounds).toEqual([16, 32, 36]);
});

test('fails when the server accepts no connection', async () => {
  await expect(new Pool(0, 0).fill(5, 16)).rejects.toThrow('too many connections');
});
