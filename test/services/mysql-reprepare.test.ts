import { expect, test } from 'vitest';
import { mysqlDriver } from '../../src/drivers/mysql/mysql-driver.ts';
import { Probe } from '../../src/driver-kit/probe.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';
import { startRecorder, startReplay } from '../mutation/conversation.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, startMariadb } from './mariadb.ts';

const PREPARE = 0x16;
const EXECUTE = 0x17;
const CLOSE_STATEMENT = 0x19;
/** Unknown prepared statement handler. */
const ERROR_1243 = Buffer.from([15, 0, 0, 1, 0xff, 0xdb, 0x04, ...Buffer.from('#HY000no one')]);

/** The command of a packet; what closes a statement has no answer, and may come together with the next one. */
function commandOf(sent: Buffer): string | undefined {
  if (sent.length === 0 || sent[4] === 0x01) return undefined;
  if (sent[3] !== 0) return 'login';
  return sent[4] === CLOSE_STATEMENT ? commandOf(sent.subarray(4 + sent.readUIntLE(0, 3))) : `${sent[4]}`;
}

describeWithServices('a server that has dropped a prepared statement', [MARIADB], () => {
  test('receives it again, and the request succeeds', async () => {
    const server = await startMariadb();
    const recorder = await startRecorder(server.port, commandOf);
    const options = (port: number): ReturnType<typeof sqlOptions> =>
      sqlOptions(`mysql://loadbot:secret@127.0.0.1:${port}/test`, [sqlOperation({ statement: 'SELECT #n' })]);
    const request = async (port: number, times: number): Promise<string[]> => {
      const driver = mysqlDriver(options(port));
      const session = await driver.connect(new AbortController().signal);
      const probe = new Probe(session);
      for (let n = 0; n < times; n++) await probe.request(7);
      await session.close();
      await driver.close();
      return probe.outcomes;
    };
    expect(await request(recorder.port, 2)).toEqual(['ok', 'ok']);
    await recorder.stop();
    await server.stop();

    const asked: string[] = [];
    const replay = await startReplay({
      answers: recorder.answers,
      kindOf: commandOf,
      patienceMs: 20_000,
      damage(_, kind) {
        asked.push(kind);
        return asked.filter((one) => one === String(EXECUTE)).length === 2 && kind === String(EXECUTE)
          ? ERROR_1243
          : undefined;
      },
    });
    expect(await request(replay.port, 3)).toEqual(['ok', 'ok', 'ok']);
    await replay.stop();
    expect(asked.slice(2).map(Number)).toEqual([PREPARE, EXECUTE, EXECUTE, PREPARE, EXECUTE, EXECUTE]);
  });
});
