import { sampleOptions, ticketData } from '../../../src/driver-kit/sample-options.ts';
import type { DriverOptions } from '../../../src/drivers/driver.ts';
import { kafkaDriver } from '../../../src/drivers/kafka/kafka-driver.ts';
import { FakeBroker } from '../../kafka/fake-broker.ts';
import { describeDriver } from './conformance.ts';

const materials = ticketData('#n');

describeDriver({
  name: 'Kafka driver',
  factory: kafkaDriver,
  garbageClass: 'protocol',
  async startServer() {
    const server = await FakeBroker.start(40_000);
    const options = (host: string, port: number): DriverOptions => {
      const url = `kafka://${host}:${port}`;
      const command = { consume: 't', partition: '#n', from: 'earliest' };
      return sampleOptions({ driver: 'kafka', url, secretUrl: url }, [{ materials, statement: command }], {
        driverOptions: { follow_leaders: false },
      });
    };
    return { port: server.port, served: () => server.served, options, stop: () => server.stop() };
  },
});
