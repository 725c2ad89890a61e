import type { DriverEntry } from './drivers/driver-entry.ts';
import type { Target } from './plan/target.ts';
import { LoadbotError } from './shared/errors.ts';

const loadHttp = async (): ReturnType<DriverEntry['load']> =>
  (await import('./drivers/http/http-driver.ts')).httpDriver;
const loadHttpCheck = async (): ReturnType<DriverEntry['loadRequestCheck']> =>
  (await import('./drivers/http/request-writer.ts')).httpRequestCheck();

/** Files of `driver_options.tls`. */
const TLS_FILES = ['tls.ca', 'tls.cert', 'tls.key'];

/**
 * All drivers by name, one row each. Connection strings, checks of workloads, calibration, help texts and the tables of
 * the documentation read it. Nothing of a driver is loaded before its `load` or `loadRequestCheck` is called.
 */
export const DRIVERS = {
  http: {
    title: 'HTTP',
    schemes: ['http:', 'https:'],
    requestLanguage: 'http',
    probe: { collection: 'calibration', http: { path: '/' } },
    load: loadHttp,
    loadRequestCheck: loadHttpCheck,
  },
  /** The built-in store: a server that the run starts, driven over HTTP. */
  embedded: {
    title: 'HTTP',
    schemes: ['embedded:'],
    isBuiltIn: true,
    requestLanguage: 'http',
    probe: { collection: 'calibration', http: { path: '/' } },
    load: loadHttp,
    loadRequestCheck: loadHttpCheck,
  },
  postgres: {
    title: 'PostgreSQL',
    schemes: ['postgres:', 'postgresql:'],
    peer: { name: 'pg', major: 8 },
    requestLanguage: 'sql',
    probe: { sql: 'SELECT 1' },
    transactions: 'immediate',
    load: async () => (await import('./drivers/postgres/postgres-driver.ts')).postgresDriver,
    loadRequestCheck: async () => (await import('./drivers/postgres/dialect.ts')).checkPostgresRequests,
  },
  mysql: {
    title: 'MySQL',
    schemes: ['mysql:'],
    peer: { name: 'mysql2', major: 3 },
    requestLanguage: 'sql',
    probe: { sql: 'SELECT 1' },
    transactions: 'immediate',
    load: async () => (await import('./drivers/mysql/mysql-driver.ts')).mysqlDriver,
    loadRequestCheck: async () => (await import('./drivers/mysql/dialect.ts')).checkMysqlRequests,
  },
  mongodb: {
    title: 'MongoDB',
    schemes: ['mongodb:', 'mongodb+srv:'],
    peer: { name: 'mongodb', major: 7 },
    requestLanguage: 'command',
    storesBson: true,
    command: { form: 'object', example: '{ "find": "users", "filter": { "_id": "#id" } }' },
    probe: { command: { ping: 1 } },
    transactions: 'immediate',
    load: async () => (await import('./drivers/mongodb/mongodb-driver.ts')).mongodbDriver,
    loadRequestCheck: async () => (await import('./drivers/mongodb/request.ts')).checkMongoRequests,
  },
  redis: {
    title: 'Redis',
    schemes: ['redis:', 'rediss:'],
    peer: { name: 'redis', major: 6 },
    requestLanguage: 'command',
    command: { form: 'words', example: undefined },
    probe: { command: 'PING' },
    transactions: 'queued',
    load: async () => (await import('./drivers/redis/redis-driver.ts')).redisDriver,
    loadRequestCheck: async () => (await import('./drivers/redis/request.ts')).checkRedisRequests,
  },
  grpc: {
    title: 'gRPC',
    schemes: ['grpc:', 'grpcs:'],
    peer: { name: 'protobufjs', major: 7 },
    requestLanguage: 'command',
    command: { form: 'object', example: '{ "method": "shop.Orders/Get", "message": { "id": "#int(1,1000)" } }' },
    probe: { command: { method: 'grpc.health.v1.Health/Check' }, driver_options: { reflection: true } },
    hasOptions: true,
    fileOptions: ['proto', ...TLS_FILES],
    load: async () => (await import('./drivers/grpc/grpc-driver.ts')).grpcDriver,
    loadRequestCheck: async () => (await import('./drivers/grpc/grpc-driver.ts')).checkGrpcRequests,
  },
  nats: {
    title: 'NATS',
    schemes: ['nats:', 'tls:'],
    requestLanguage: 'command',
    command: { form: 'object', example: '{ "request": "orders.get", "data": { "id": "#int(1,1000)" } }' },
    probe: { command: { publish: 'loadbot.calibration' } },
    hasOptions: true,
    fileOptions: ['nkey_file', 'creds_file', ...TLS_FILES],
    load: async () => (await import('./drivers/nats/nats-driver.ts')).natsDriver,
    loadRequestCheck: async () => (await import('./drivers/nats/nats-driver.ts')).checkNatsRequests,
  },
  websocket: {
    title: 'WebSocket',
    schemes: ['ws:', 'wss:'],
    requestLanguage: 'command',
    command: { form: 'object', example: '{ "send": { "id": "#sequence", "get": "price" }, "match": ["/id"] }' },
    probe: { command: { ping: true } },
    hasOptions: true,
    fileOptions: TLS_FILES,
    metrics: ['other_messages'],
    load: async () => (await import('./drivers/websocket/websocket-driver.ts')).webSocketDriver,
    loadRequestCheck: async () => (await import('./drivers/websocket/websocket-driver.ts')).checkWebSocketRequests,
  },
  kafka: {
    title: 'Kafka',
    schemes: ['kafka:', 'kafkas:'],
    requestLanguage: 'command',
    command: { form: 'object', example: '{ "produce": "orders", "value": { "id": "#int(1,1000)" } }' },
    probe: { command: { consume: 'loadbot.calibration' } },
    hasOptions: true,
    fileOptions: TLS_FILES,
    load: async () => (await import('./drivers/kafka/kafka-driver.ts')).kafkaDriver,
    loadRequestCheck: async () => (await import('./drivers/kafka/kafka-driver.ts')).checkKafkaRequests,
  },
} as const satisfies Readonly<Record<string, DriverEntry>>;

/** Name of a driver; a plan has it as text. */
export type DriverName = keyof typeof DRIVERS;

/** URL schemes with their colon, such as `redis:`, and the driver of each. */
export const DRIVER_OF_SCHEME: ReadonlyMap<string, DriverName> = new Map(
  Object.entries(DRIVERS).flatMap(([name, { schemes }]) =>
    schemes.map((scheme): [string, DriverName] => [scheme, name as DriverName]),
  ),
);

/** Drivers of modules that this thread has loaded, by URL of the module, which is the name of the driver in a plan. */
const MODULES = new Map<string, DriverEntry>();

/** Whether the driver is a module outside of the agent. */
export function isDriverModule({ driver }: Pick<Target, 'driver'>): boolean {
  return driver.startsWith('file:');
}

/**
 * Loads the driver of a module into this thread, unless it is a driver of the agent or has been loaded.
 * @throws {LoadbotError} `config_invalid`
 */
export async function loadDriverModule(target: Pick<Target, 'driver'>): Promise<DriverEntry> {
  const { driver } = target;
  if (isDriverModule(target) && !MODULES.has(driver)) {
    const { importDriver } = await import('./drivers/driver-module.ts');
    MODULES.set(driver, await importDriver(driver));
  }
  return driverOf(target);
}

/**
 * Returns the row of a target's driver. That of a module must have been loaded.
 * @throws {LoadbotError} when no driver has this name
 */
export function driverOf({ driver }: Pick<Target, 'driver'>): DriverEntry {
  if (Object.hasOwn(DRIVERS, driver)) return DRIVERS[driver as DriverName];
  const loaded = MODULES.get(driver);
  if (loaded !== undefined) return loaded;
  throw new LoadbotError('internal', `unknown driver ${driver}`, {
    hint: `known drivers: ${Object.keys(DRIVERS).join(', ')}`,
  });
}

/** Whether requests to the target are HTTP, and its responses have status codes. */
export function usesHttp(target: Pick<Target, 'driver'>): boolean {
  return driverOf(target).requestLanguage === 'http';
}

/** Whether the run itself starts the server of the target. */
export function isBuiltIn(target: Pick<Target, 'driver'>): boolean {
  return driverOf(target).isBuiltIn === true;
}

/** Whether the target is an HTTP server outside of the run: it has a URL, and may be behind a proxy. */
export function isHttpServer(target: Pick<Target, 'driver'>): boolean {
  return usesHttp(target) && !isBuiltIn(target);
}
