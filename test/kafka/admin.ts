import { systemClock } from '../../src/shared/clock.ts';
import { type KafkaApi, LATEST, offsetAt } from '../../src/drivers/kafka/apis.ts';
import { KafkaConnection } from '../../src/drivers/kafka/connection.ts';
import { requireNoError } from '../../src/drivers/kafka/errors.ts';
import { kafkaSettings } from '../../src/drivers/kafka/settings.ts';
import { WireWriter } from '../../src/drivers/kafka/wire.ts';
import { sampleOptions } from '../../src/driver-kit/sample-options.ts';

const TIMEOUT_MS = 30_000;

/** A connection beside the load, which creates topics and reads their ends. */
export class KafkaAdmin {
  readonly #connection: KafkaConnection;

  private constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<KafkaAdmin> {
    const url = `kafka://127.0.0.1:${port}`;
    const settings = kafkaSettings(sampleOptions({ driver: 'kafka', url, secretUrl: url }, []));
    const options = { settings, timeoutMs: TIMEOUT_MS, clock: systemClock() };
    const listener = { opening: () => undefined, lost: () => undefined };
    const connection = new KafkaConnection(options, { host: '127.0.0.1', port }, listener);
    await connection.open();
    return new KafkaAdmin(connection);
  }

  close(): void {
    this.#connection.destroy();
  }

  async createTopic(topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const body = new WireWriter().int32(1).string(topic).int32(partitions).int16(1).int32(0);
    body.int32(Object.keys(config).length);
    for (const [name, value] of Object.entries(config)) body.string(name).string(value);
    const api: KafkaApi<undefined> = {
      key: 19,
      version: 2,
      body: body.int32(TIMEOUT_MS).int8(0).toBuffer(),
      read(reader) {
        reader.int32();
        reader.list(() => {
          reader.string();
          const code = reader.int16();
          requireNoError(code, reader.nullableString());
        });
        return undefined;
      },
    };
    await this.#connection.send(api);
  }

  /** The end of each partition: the number of records that were written to it. */
  async ends(topic: string, partitions = 1): Promise<number[]> {
    const ends: number[] = [];
    for (let n = 0; n < partitions; n++) ends.push(Number(await this.#connection.send(offsetAt(topic, n, LATEST))));
    return ends;
  }

  async total(topic: string, partitions = 1): Promise<number> {
    return (await this.ends(topic, partitions)).reduce((sum, end) => sum + end, 0);
  }
}
