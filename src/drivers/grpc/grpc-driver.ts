import { isInstalled } from '../../shared/optional-package.ts';
import type { Driver, DriverOptions, RequestCheck } from '../driver.ts';
import type { HttpConnectionOptions } from '../http/connection.ts';
import { createDriver } from '../session-base.ts';
import { reflectServices } from './reflection.ts';
import { compileGrpcRequest, type GrpcRequest, parseCommand } from './request.ts';
import { GrpcSession, type GrpcSessionOptions } from './session.ts';
import { loadProtobuf, type ProtobufLibrary, readProtoFiles } from './services.ts';
import { type GrpcSettings, grpcSettings } from './settings.ts';

/** The client library: messages and proto files. */
export const PROTOBUF = { name: 'protobufjs', major: 7 } as const;

/** Size of the buffer that plain sockets of a job read into. */
const READ_BUFFER_BYTES = 64 * 1024;

/** Creates the driver of one job for gRPC servers. */
export function grpcDriver(options: DriverOptions): Driver {
  return createDriver(
    () => shareable(options),
    (shared) => new GrpcSession(shared),
  );
}

/** Parses the settings of a job, and compiles its requests, unless the server itself describes its services. */
export const checkGrpcRequests: RequestCheck = async (options) => {
  const settings = grpcSettings(options);
  if (settings.protoFiles.length === 0 || !isInstalled(PROTOBUF)) options.operations.forEach(parseCommand);
  else compileAll(options, settings, await loadProtobuf());
};

async function shareable(options: DriverOptions): Promise<GrpcSessionOptions> {
  const settings = grpcSettings(options);
  const library = await loadProtobuf();
  const connection: HttpConnectionOptions = {
    endpoint: settings.endpoint,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    maxHeaderBytes: options.http.maxHeaderBytes,
    readBuffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    reportsArrivals: false,
  };
  let requests: Promise<readonly GrpcRequest[]> | undefined;
  if (settings.protoFiles.length > 0) requests = Promise.resolve(compileAll(options, settings, library));
  return {
    connection,
    requests: (signal) => (requests ??= reflect(options, settings, library, connection, signal)),
  };
}

function compileAll(options: DriverOptions, settings: GrpcSettings, library: ProtobufLibrary): readonly GrpcRequest[] {
  if (options.operations.length === 0) return [];
  const root = readProtoFiles(library, settings);
  return options.operations.map((one) => compileGrpcRequest(one, library, root, settings, options.timeoutMs));
}

/** Compiles the requests by the types that the server describes. */
async function reflect(
  options: DriverOptions,
  settings: GrpcSettings,
  library: ProtobufLibrary,
  connection: HttpConnectionOptions,
  signal: AbortSignal,
): Promise<readonly GrpcRequest[]> {
  const { operations, target, timeoutMs } = options;
  const services = new Set(operations.map((one) => parseCommand(one).method.replace(/^\//, '').split('/')[0] ?? ''));
  const root = await reflectServices({ library, connection, settings, services: [...services], target, signal });
  return operations.map((one) => compileGrpcRequest(one, library, root, settings, timeoutMs));
}
