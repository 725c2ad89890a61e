import type { Db } from './client.ts';

interface Filling {
  /** Number of connections to reach. */
  readonly size: number;
  /** Maximum number of connections that the library opens concurrently. */
  readonly atOnce: number;
  /** Current number of connections. */
  readonly open: () => number;
}

/**
 * Opens connections ahead of the first request. The library opens one only when a command finds no idle connection, so
 * each round sends one command per connection plus some more. Ends early when a round opens none.
 * @throws the first command's error when no command succeeded
 */
export async function fillPool(db: Db, { size, atOnce, open }: Filling): Promise<void> {
  for (let before = -1, now = open(); now < size && now > before; before = now, now = open()) {
    const commands = Array.from({ length: Math.min(now + atOnce, size) }, () => db.command({ ping: 1 }));
    const answers = await Promise.allSettled(commands);
    const [first] = answers;
    if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason;
  }
}
