import { systemClock } from '../../src/shared/clock.ts';
import { connectNats } from '../../src/fleet/bus/nats-connect.ts';
import { readNatsSettings } from '../../src/fleet/bus/nats-settings.ts';
import { describeBus } from '../contract/bus/bus-contract.ts';
import { describeWithServices } from './binary.ts';
import { NATS, NATS_NEWEST, startNats } from './nats.ts';

for (const binary of [NATS, NATS_NEWEST]) {
  describeWithServices(binary.name, [binary], () => {
    describeBus({
      name: binary.name,
      async start() {
        const options = { binary, jetstream: true };
        let server = await startNats(options);
        const { port } = server;
        const settings = readNatsSettings(`nats://127.0.0.1:${port}`, {});
        return {
          join: (name) => connectNats(settings, { name, clock: systemClock(), onProblem: () => undefined }),
          kill: () => server.kill(),
          async restart() {
            await server.stop();
            server = await startNats({ ...options, port });
          },
          stop: () => server.stop(),
        };
      },
    });
  });
}
