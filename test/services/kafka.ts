import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { KAFKA, KAFKA_SERVER } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { KAFKA };

/** A broker of a test, which also is its own controller. */
export interface KafkaService extends Service {
  readonly port: number;
  /** Port with authentication: the user `load` with the password `load-password`, by PLAIN and SCRAM. */
  readonly saslPort: number;
}

/** Options of a broker. */
interface KafkaServerOptions {
  readonly port?: number;
  /** Further lines of its configuration. */
  readonly config?: string;
}

const JAVA_OPTIONS = ['-Xmx256m', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', `${KAFKA_SERVER.folder}/*`];
const CLUSTER = 'bG9hZGJvdC1hZ2VudC10ZQ';
const USER = 'org.apache.kafka.common.security';

/** Starts a broker on loopback and waits until it accepts connections. */
export async function startKafka({ port: given, config = '' }: KafkaServerOptions = {}): Promise<KafkaService> {
  const [port, saslPort, controller] = [given ?? (await freePort()), await freePort(), await freePort()];
  const service = await startService({
    binary: KAFKA,
    async args(folder) {
      const path = join(folder, 'server.properties');
      await writeFile(path, configuration(folder, { port, saslPort, controller }, config));
      const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=load,password=load-password]`,
      ]);
      const format = ['format', '--cluster-id', CLUSTER, '--config', path, ...scram];
      execFileSync(KAFKA.name, [...JAVA_OPTIONS, 'kafka.tools.StorageTool', ...format], { stdio: 'ignore' });
      return [...JAVA_OPTIONS, 'kafka.Kafka', path];
    },
    askIfReady: () => canConnect(port),
  });
  return { ...service, port, saslPort };
}

async function canConnect(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

interface Ports {
  readonly port: number;
  readonly saslPort: number;
  readonly controller: number;
}

function configuration(folder: string, { port, saslPort, controller }: Ports, more: string): string {
  const plain = `${USER}.plain.PlainLoginModule required user_load="load-password";`;
  const scram = `${USER}.scram.ScramLoginModule required;`;
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},SASL://127.0.0.1:${saslPort},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL://127.0.0.1:${saslPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=${plain}
listener.name.sasl.scram-sha-256.sasl.jaas.config=${scram}
listener.name.sasl.scram-sha-512.sasl.jaas.config=${scram}
log.dirs=${join(folder, 'data')}
num.partitions=1
auto.create.topics.enable=false
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
${more}
`;
}
