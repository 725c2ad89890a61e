import { mysqlDriver } from '../../src/drivers/mysql/mysql-driver.ts';
import { sqlOperation, sqlOptions } from '../contract/driver/sql-options.ts';
import { describeDamagedAnswers } from '../mutation/damaged-answers.ts';
import { MARIADB, startMariadb } from './mariadb.ts';

const operation = sqlOperation({ statement: "SELECT #n AS a, 'text' AS b, 1.5 AS c" });

describeDamagedAnswers({
  name: 'MariaDB',
  binary: MARIADB,
  factory: mysqlDriver,
  start: () => startMariadb(),
  options: (port, sessions) => sqlOptions(`mysql://loadbot:secret@127.0.0.1:${port}/test`, [operation], { sessions }),
  kindOf(sent) {
    if (sent[3] !== 0) return 'login';
    // Behind the header: the command. To quit and to close a statement have no answer.
    return sent[4] === 0x01 || sent[4] === 0x19 ? undefined : `command ${sent[4]}`;
  },
});
