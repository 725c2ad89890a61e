import { postgresDriver } from '../../src/drivers/postgres/postgres-driver.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';
import { describeDamagedAnswers } from '../mutation/damaged-answers.ts';
import { POSTGRES, startPostgres } from './postgresql.ts';

const operation = sqlOperation({ statement: "SELECT #n AS a, 'text' AS b, 1.5 AS c" });

describeDamagedAnswers({
  name: 'PostgreSQL',
  binary: POSTGRES,
  factory: postgresDriver,
  start: () => startPostgres(),
  options: (port, sessions) =>
    sqlOptions(`postgres://loadbot:secret@127.0.0.1:${port}/test`, [operation], { sessions }),
  // Messages have a type but the first one, whose length begins with a zero.
  kindOf: (sent) => (sent[0] === 0 ? 'startup' : String.fromCharCode(sent[0]!)),
  repeatable(answers) {
    // Without the exchange of secrets, which is another one each time: after the first message of the last answer they
    // are over.
    const last = answers.get('p')!;
    answers.set('startup', last.subarray(1 + last.readUInt32BE(1)));
    answers.delete('p');
  },
});
