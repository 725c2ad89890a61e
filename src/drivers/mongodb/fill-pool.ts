import type { Db } from './client.ts';

interface Filling {
  /** Connections to have in the end. */
  readonly size: number;
  /** Connections that the library opens at the same time. */
  readonly atOnce: number;
  /** Connections that there are now. */
  readonly open: () => number;
}

/**
 * Opens connections ahead of the first request. The library opens one only when a command finds none that is free; so each round sends
 * a command over every connection there is, and some more. Ends early when a round opens none.
 * @throws why no command at all came through
 */
export async function fillPool(db: Db, { size, atOnce, open }: Filling): Promise<void> {
  for (let before = -1, now = open(); now < size && now > before; before = now, now = open()) {
    const commands = Array.from({ length: Math.min(now + atOnce, size) }, () => db.command({ ping: 1 }));
    const answers = await Promise.allSettled(commands);
    const [first] = answers;
    if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason;
  }
}
