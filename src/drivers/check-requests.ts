import type { DriverName } from '../plan/target.ts';
import type { DriverOptions } from './driver.ts';
import type { Dialect } from './sql/dialect.ts';

/**
 * Compiles the requests of a job as its driver does, without client library and connection.
 * @throws {LoadbotError} the error of the driver's `connect` for requests that can never be sent
 */
export type RequestCheck = (options: DriverOptions) => void;

function sql(loadDialect: () => Promise<Dialect>): () => Promise<RequestCheck> {
  return async () => {
    const [{ compileOperations }, dialect] = await Promise.all([import('./sql/compile.ts'), loadDialect()]);
    return (options) => void compileOperations(options, dialect);
  };
}

async function http(): Promise<RequestCheck> {
  const [{ RequestWriter }, { resolveEndpoint }] = await Promise.all([
    import('./http/request-writer.ts'),
    import('./http/endpoint.ts'),
  ]);
  // Cached, because parsing certificates is slow and most jobs share them.
  const endpoints = new Map<string, ReturnType<typeof resolveEndpoint>>();
  return (options) => {
    const { version, tls, proxy, unixSocket } = options.http;
    const key = JSON.stringify([version, tls, proxy, unixSocket]);
    const endpoint = endpoints.get(key) ?? resolveEndpoint(options);
    endpoints.set(key, endpoint);
    for (const operation of options.operations) void new RequestWriter(options, operation, endpoint);
  };
}

const CHECKS: Readonly<Record<DriverName, () => Promise<RequestCheck>>> = {
  http,
  embedded: http,
  postgres: sql(async () => (await import('./postgres/dialect.ts')).postgresDialect),
  mysql: sql(async () => (await import('./mysql/dialect.ts')).mysqlDialect),
  mongodb: async () => {
    const { compileMongoRequest } = await import('./mongodb/request.ts');
    return ({ operations, collection }) =>
      void operations.map((operation) => compileMongoRequest(operation, collection, {}));
  },
  redis: async () => {
    const [{ compileRedisRequest }, { redisSettings }] = await Promise.all([
      import('./redis/request.ts'),
      import('./redis/settings.ts'),
    ]);
    return (options) => {
      redisSettings(options);
      for (const operation of options.operations) compileRedisRequest(operation, options.collection);
    };
  },
};

/** Loads the request check of a driver, without its client library. */
export async function loadRequestCheck(driver: DriverName): Promise<RequestCheck> {
  return CHECKS[driver]();
}
