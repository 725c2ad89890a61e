import { systemClock } from '../../../src/shared/clock.ts';
import { uniformDelay } from '../../memory-bus/memory-faults.ts';
import { MemoryNetwork } from '../../memory-bus/memory-network.ts';
import { describeBus } from './bus-contract.ts';

describeBus({
  name: 'memory',
  async start() {
    const network = new MemoryNetwork({ clock: systemClock(), faults: { delayMs: uniformDelay(0, 3) } });
    return {
      join: async (name) => network.join(name),
      kill: async () => network.down(),
      restart: async () => network.up(),
      stop: async () => undefined,
    };
  },
});
