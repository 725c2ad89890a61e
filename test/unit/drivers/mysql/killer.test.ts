import type { Connection } from 'mysql2';
import { expect, test } from 'vitest';
import type { Address } from '../../../../src/shared/network/routed-socket.ts';
import { StatementKiller } from '../../../../src/drivers/mysql/killer.ts';
import { VirtualClock } from '../../../virtual-clock.ts';

/** A connection that holds its answers back. */
class FakeConnection {
  readonly asked: string[] = [];
  readonly answers: (() => void)[] = [];
  destroyed = false;
  fail: () => void = () => undefined;

  query(text: string, answer: () => void): void {
    this.asked.push(text);
    this.answers.push(answer);
  }

  on(_: 'error', fail: () => void): void {
    this.fail = fail;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function fixture(): { killer: StatementKiller; opened: [Address, FakeConnection][] } {
  const opened: [Address, FakeConnection][] = [];
  const connect = (server: Address): Connection => {
    const connection = new FakeConnection();
    opened.push([server, connection]);
    return connection as unknown as Connection;
  };
  return { killer: new StatementKiller(connect, new VirtualClock()), opened };
}

const ONE: Address = { host: '10.0.0.1', port: 3306 };
const OTHER: Address = { host: '10.0.0.2', port: 3306 };

test('cancels statements on the server that executes them, with two servers of one name', () => {
  const { killer, opened } = fixture();
  killer.kill(7, ONE);
  killer.kill(7, OTHER);
  killer.kill(8, { ...ONE });
  expect(opened.map(([server, { asked }]) => [server, asked])).toEqual([
    [ONE, ['KILL 7', 'KILL 8']],
    [OTHER, ['KILL 7']],
  ]);
});

test('closes a connection without statements to cancel, and the killer with the last one', async () => {
  const { killer, opened } = fixture();
  killer.kill(1, ONE);
  killer.kill(2, { path: '/run/mysqld.sock' });
  killer.kill(3, { path: '/run/mysqld.sock' });
  expect(opened).toHaveLength(2);
  const closed = killer.close();
  opened[0]?.[1].answers[0]?.();
  expect(opened.map(([, { destroyed }]) => destroyed)).toEqual([true, false]);
  opened[1]?.[1].fail();
  expect(opened[1]?.[1].destroyed).toBe(true);
  await closed;
  await killer.close();
});
