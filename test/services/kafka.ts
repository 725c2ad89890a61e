import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { certificate } from '../certificates/certificates.ts';
import { KAFKA, KAFKA_SERVER } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { KAFKA };

/** A broker of a test, which also is its own controller. */
export interface KafkaService extends Service {
  readonly port: number;
  /** Port with authentication: the user `load` with the password `load-password`, by PLAIN and SCRAM. */
  readonly saslPort: number;
  /** Port with TLS and the certificate `server`. */
  readonly tlsPort: number;
}

/** Options of a broker. */
interface KafkaServerOptions {
  readonly port?: number;
  /** Further lines of its configuration. */
  readonly config?: string;
}

const JAVA_OPTIONS = ['-Xmx256m', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', `${KAFKA_SERVER.folder}/*`];
const KEY_STORE = 'server.pem';
const CLUSTER = 'bG9hZGJvdC1hZ2VudC10ZQ';
const USER = 'org.apache.kafka.common.security';

/** Starts a broker on loopback and waits until it accepts connections. */
export async function startKafka({ port: given, config = '' }: KafkaServerOptions = {}): Promise<KafkaService> {
  const port = given ?? (await freePort());
  const ports = { port, saslPort: await freePort(), tlsPort: await freePort(), controller: await freePort() };
  const service = await startService({
    binary: KAFKA,
    async args(folder) {
      const path = join(folder, 'server.properties');
      await writeFile(join(folder, KEY_STORE), certificate('server-key') + certificate('server'));
      await writeFile(path, configuration(folder, ports, config));
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
  return { ...service, ...ports };
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
  readonly tlsPort: number;
  readonly controller: number;
}

function configuration(folder: string, { port, saslPort, tlsPort, controller }: Ports, more: string): string {
  const plain = `${USER}.plain.PlainLoginModule required user_load="load-password";`;
  const scram = `${USER}.scram.ScramLoginModule required;`;
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},SASL://127.0.0.1:${saslPort},SSL://127.0.0.1:${tlsPort},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL://127.0.0.1:${saslPort},SSL://127.0.0.1:${tlsPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,SSL:SSL
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, KEY_STORE)}
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
