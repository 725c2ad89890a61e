import type * as protobuf from 'protobufjs';
import { settlesWithTimeout } from '../../shared/clock.ts';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import type { Target } from '../../plan/target.ts';
import type { HttpConnectionOptions } from '../http/connection.ts';
import { GrpcChannel } from './channel.ts';
import { frameMessages, MessageReader } from './frames.ts';
import type { ProtobufLibrary } from './services.ts';
import type { GrpcSettings } from './settings.ts';
import { encodeCallHeaders } from './call-headers.ts';
import { type CallStatus, UNIMPLEMENTED } from './status.ts';

/** Newest first. */
const VERSIONS = ['v1', 'v1alpha'] as const;
/** Most rounds of requests for imported files. */
const MOST_ROUNDS = 20;
/** Maximum size of all descriptors, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The used part of grpc.reflection: https://github.com/grpc/grpc-proto/tree/master/grpc/reflection */
const REFLECTION: protobuf.INamespace = {
  nested: {
    Request: {
      fields: { file_by_filename: { type: 'string', id: 3 }, file_containing_symbol: { type: 'string', id: 4 } },
    },
    Files: { fields: { file_descriptor_proto: { rule: 'repeated', type: 'bytes', id: 1 } } },
    Fault: { fields: { error_code: { type: 'int32', id: 1 }, error_message: { type: 'string', id: 2 } } },
    Response: {
      fields: { file_descriptor_response: { type: 'Files', id: 4 }, error_response: { type: 'Fault', id: 7 } },
    },
  },
};

interface ReflectionOptions {
  readonly library: ProtobufLibrary;
  readonly connection: HttpConnectionOptions;
  readonly settings: GrpcSettings;
  /** Full names of services. */
  readonly services: readonly string[];
  readonly target: Target;
  readonly signal: AbortSignal;
}

interface ReflectionResponse {
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Uint8Array[] };
  readonly error_response?: { readonly error_message: string };
}

/**
 * Reads the types of services from the server, by reflection.
 * @throws {LoadbotError} when the server cannot be reached, has no reflection, or does not know a service
 */
export async function reflectServices(options: ReflectionOptions): Promise<protobuf.Root> {
  const { library, services, target } = options;
  try {
    const descriptor = (await import('protobufjs/ext/descriptor/index.js')).default;
    const files = new Map<string, protobuf.Message>();
    const asked = new Set<string>();
    let requests: readonly object[] = services.map((service) => ({ file_containing_symbol: service }));
    for (let round = 0; requests.length > 0 && round < MOST_ROUNDS; round++) {
      for (const bytes of await askFiles(options, requests)) {
        const file = descriptor.FileDescriptorProto.decode(bytes);
        files.set((file as unknown as { readonly name: string }).name, file);
      }
      const imported = [...files.values()].flatMap((file) => (file as unknown as { dependency: string[] }).dependency);
      const missing = [...new Set(imported)].filter((name) => !files.has(name) && !asked.has(name));
      for (const name of missing) asked.add(name);
      requests = missing.map((name) => ({ file_by_filename: name }));
    }
    const set = descriptor.FileDescriptorSet.create({ file: [...files.values()] });
    const { Root } = library as unknown as { Root: { fromDescriptor(set: protobuf.Message): protobuf.Root } };
    const root = Root.fromDescriptor(set);
    root.resolveAll();
    return root;
  } catch (error) {
    if (error instanceof LoadbotError) throw error;
    throw new LoadbotError('config_invalid', `cannot read the services of ${target.url}: ${messageOf(error)}`, {
      field: ['driver_options', 'reflection'],
      hint: 'start the server before the run, with reflection, or give its files: "driver_options": { "proto": [...] }',
      cause: error,
    });
  }
}

/** Asks for files by the newest version of the protocol that the server has. */
async function askFiles(options: ReflectionOptions, requests: readonly object[]): Promise<readonly Uint8Array[]> {
  const root = options.library.Root.fromJSON(REFLECTION);
  const [request, response] = [root.lookupType('Request'), root.lookupType('Response')];
  const body = frameMessages(requests.map((one) => request.encode(request.fromObject(one)).finish()));
  for (const version of VERSIONS) {
    const { status, messages } = await call(options, version, body);
    if (status.code === UNIMPLEMENTED) continue;
    if (status.code !== 0) throw new Error(status.message === '' ? `status ${status.code}` : status.message);
    return messages.flatMap((message) => {
      const answer = response.decode(message) as unknown as ReflectionResponse;
      if (answer.error_response) throw new Error(answer.error_response.error_message);
      return answer.file_descriptor_response?.file_descriptor_proto ?? [];
    });
  }
  throw new Error('the server has no reflection');
}

interface CallResult {
  readonly status: CallStatus;
  readonly messages: readonly Buffer[];
}

/** Makes one call over a connection of its own. */
async function call(
  { connection, settings, signal }: ReflectionOptions,
  version: (typeof VERSIONS)[number],
  body: Buffer,
): Promise<CallResult> {
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const headers = encodeCallHeaders(settings, path);
  const reader = new MessageReader();
  reader.begin(MOST_BYTES);
  let channel: GrpcChannel | undefined;
  const result = new Promise<CallResult>((resolve, reject) => {
    const ended = (status: CallStatus): void => resolve({ status, messages: reader.messages });
    channel = new GrpcChannel(connection, reader, { opening() {}, writing() {}, ended, failed: reject });
    signal.addEventListener('abort', () => reject(new Error('the run was stopped')), { once: true });
    channel.send({ headers, body });
  });
  const isInTime = await settlesWithTimeout(connection.clock, connection.timeoutMs, result);
  channel?.destroy();
  if (!isInTime) throw new Error(`timed out after ${connection.timeoutMs} ms`);
  return result;
}
