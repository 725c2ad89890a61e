import { expect, test } from 'vitest';
import { runWorkload } from '../e2e/agent.ts';
import { GRPC_GO } from '../needs.ts';
import { describeWithServices } from './binary.ts';
import { freePort, type Service, startService } from './service.ts';

const SERVICE = 'grpc.testing.TestService';

/** Calls and received messages by method, as the server counts them. */
interface ServerCounts {
  readonly calls: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
}

interface GrpcGo extends Service {
  readonly target: string;
  counts(): Promise<ServerCounts>;
}

async function startGrpcGo(): Promise<GrpcGo> {
  const [port, countsPort] = [await freePort(), await freePort()];
  const counts = async (): Promise<ServerCounts> =>
    (await (await fetch(`http://127.0.0.1:${countsPort}`)).json()) as ServerCounts;
  const service = await startService({
    binary: GRPC_GO,
    args: () => ['-listen', `127.0.0.1:${port}`, '-counts', `127.0.0.1:${countsPort}`],
    askIfReady: async () => void (await counts()),
  });
  return { ...service, target: `grpc://127.0.0.1:${port}`, counts };
}

async function withServer(check: (server: GrpcGo) => Promise<void>): Promise<void> {
  const server = await startGrpcGo();
  try {
    await check(server);
  } finally {
    await server.stop();
  }
}

const run = (server: GrpcGo, jobs: readonly object[], options: object = { reflection: true }) =>
  runWorkload({ connection_string: server.target, driver_options: options, jobs }, ['--threads', '2']);

describeWithServices('gRPC with the server of Google for Go', [GRPC_GO], () => {
  test('counts the calls and messages of unary and streaming methods as the server does, by reflection v1', () =>
    withServer(async (server) => {
      const payload = (size: number): object => ({ body: Buffer.alloc(size).toString('base64') });
      const { status, stderr, result } = await run(server, [
        {
          name: 'unary',
          type: 'read',
          operations: 2000,
          connections: 8,
          command: { method: `${SERVICE}/UnaryCall`, message: { response_size: 100, payload: payload(50) } },
          expect: { json: { '$.payload.body': { length: '136' } } },
        },
        {
          name: 'server stream',
          type: 'read',
          operations: 100,
          connections: 4,
          command: {
            method: `${SERVICE}/StreamingOutputCall`,
            message: { response_parameters: [{ size: 10 }, { size: 20_000 }, { size: 0 }] },
          },
          expect: { rows: 3 },
        },
        {
          name: 'client stream',
          type: 'write',
          operations: 100,
          connections: 4,
          command: {
            method: `${SERVICE}/StreamingInputCall`,
            messages: [{ payload: payload(3) }, { payload: payload(4) }, { payload: payload(40_000) }],
          },
          expect: { json: { '$.aggregated_payload_size': 40_007 } },
        },
        {
          name: 'both',
          type: 'read',
          operations: 100,
          connections: 4,
          command: {
            method: `${SERVICE}/FullDuplexCall`,
            messages: [{ response_parameters: [{ size: 1 }] }, { response_parameters: [{ size: 2 }, { size: 3 }] }],
          },
          expect: { rows: 3 },
        },
        {
          name: 'health',
          type: 'read',
          operations: 50,
          command: { method: 'grpc.health.v1.Health/Check', message: {} },
          expect: { json: { '$.status': 'SERVING' } },
        },
      ]);
      expect(status, stderr).toBe(0);
      expect(result.jobs.map(({ name, ok, errors }) => [name, ok, errors])).toEqual([
        ['unary', 2000, 0],
        ['server stream', 100, 0],
        ['client stream', 100, 0],
        ['both', 100, 0],
        ['health', 50, 0],
      ]);
      const { calls, messages } = await server.counts();
      const { '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': reflections = 0, ...others } = calls;
      expect(reflections).toBeGreaterThan(0);
      expect(others).toEqual({
        [`/${SERVICE}/UnaryCall`]: 2000,
        [`/${SERVICE}/StreamingOutputCall`]: 100,
        [`/${SERVICE}/StreamingInputCall`]: 100,
        [`/${SERVICE}/FullDuplexCall`]: 100,
        '/grpc.health.v1.Health/Check': 50,
      });
      expect(messages).toMatchObject({
        [`/${SERVICE}/StreamingInputCall`]: 300,
        [`/${SERVICE}/FullDuplexCall`]: 200,
      });
    }));

  test('counts statuses by class and detail', () =>
    withServer(async (server) => {
      const codes = [
        [3, 'status_4xx', 'invalid_argument'],
        [5, 'status_4xx', 'not_found'],
        [7, 'status_4xx', 'permission_denied'],
        [12, 'status_5xx', 'unimplemented'],
        [14, 'status_5xx', 'unavailable'],
      ] as const;
      const { result } = await run(server, [
        {
          parallel: codes.map(([code]) => ({
            name: `status ${code}`,
            type: 'write',
            operations: 30,
            connections: 3,
            command: { method: `${SERVICE}/UnaryCall`, message: { response_status: { code, message: 'as asked' } } },
          })),
        },
      ]);
      const rows = result.jobs.map(({ requests, errors_by_class, errors_by_detail }) => [
        requests,
        errors_by_class,
        errors_by_detail,
      ]);
      expect(rows).toEqual(
        codes.map(([, errorClass, detail]) => [
          30,
          expect.objectContaining({ [errorClass]: 30 }),
          expect.objectContaining({ [detail]: 30 }),
        ]),
      );
      expect((await server.counts()).calls[`/${SERVICE}/UnaryCall`]).toBe(150);
    }));
});
