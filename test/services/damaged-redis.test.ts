import { redisDriver } from '../../src/drivers/redis/redis-driver.ts';
import { httpOptions } from '../contract/driver/http-options.ts';
import { sqlOperation } from '../contract/driver/sql-options.ts';
import { describeDamagedAnswers } from '../mutation/damaged-answers.ts';
import { REDIS, startRedis } from './redis.ts';

describeDamagedAnswers({
  name: 'Redis',
  binary: REDIS,
  factory: redisDriver,
  async start() {
    const server = await startRedis();
    await server.ask('RPUSH', 'list', 'one', 'another', 'a third');
    return server;
  },
  options: (port, sessions) => ({
    ...httpOptions('', { sessions }),
    operations: [sqlOperation({ statement: ['LRANGE', 'list', '0', '-1'] })],
    target: { driver: 'redis', url: `redis://127.0.0.1:${port}`, secretUrl: undefined },
  }),
  kindOf: (sent) => sent.toString('latin1'),
});
