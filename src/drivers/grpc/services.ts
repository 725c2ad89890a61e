import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as protobuf from 'protobufjs';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { requireFileAccess } from '../../shared/file-access.ts';
import type { GrpcSettings } from './settings.ts';

/** The `protobufjs` package, imported on demand. */
export type ProtobufLibrary = typeof protobuf;

/** Imports the library, which is CommonJS. */
export async function loadProtobuf(): Promise<ProtobufLibrary> {
  const loaded = (await import('protobufjs')) as unknown as { readonly default: ProtobufLibrary };
  return loaded.default;
}

/** A method of a service, with its types. */
export interface GrpcMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
  /** Whether the client sends any number of messages, rather than one. */
  readonly streamsRequest: boolean;
  readonly streamsResponse: boolean;
}

/**
 * Reads the types of proto files.
 * @throws {LoadbotError} for files that cannot be read or parsed
 */
export function readProtoFiles(library: ProtobufLibrary, { protoFiles, folders }: GrpcSettings): protobuf.Root {
  const root = new library.Root();
  const resolvePath = root.resolvePath.bind(root);
  root.resolvePath = (origin, target) => {
    const inFolder = folders.map((folder) => join(folder, target)).find((path) => existsSync(requireFileAccess(path)));
    return requireFileAccess(inFolder ?? resolvePath(origin, target) ?? target);
  };
  try {
    // Names of fields are those of the file.
    root.loadSync([...protoFiles], { keepCase: true }).resolveAll();
    return root;
  } catch (error) {
    throw new LoadbotError('config_invalid', `the proto files cannot be read: ${messageOf(error)}`, {
      field: ['driver_options', 'proto'],
      hint: 'paths are relative to the workload file; folders of imported files: `import_paths`',
    });
  }
}

/**
 * Finds a method.
 * @param name `package.Service/Method`
 * @throws {LoadbotError} when the service or the method does not exist, with those that do
 */
export function findMethod(library: ProtobufLibrary, root: protobuf.Root, name: string): GrpcMethod {
  const [serviceName = '', methodName = '', ...others] = name.replace(/^\//, '').split('/');
  const unknown = (message: string, known: readonly string[]): LoadbotError =>
    new LoadbotError('config_invalid', message, {
      field: ['command', 'method'],
      hint: known.length === 0 ? 'written as "package.Service/Method"' : `it may be ${known.slice(0, 10).join(', ')}`,
    });
  if (methodName === '' || others.length > 0) throw unknown(`\`${name}\` is not a method`, methodsOf(library, root));
  const service = root.lookup(serviceName, library.Service);
  if (!(service instanceof library.Service))
    throw unknown(`the service \`${serviceName}\` does not exist`, methodsOf(library, root));
  const method = service.methods[methodName];
  if (method === undefined) {
    const known = Object.keys(service.methods).map((one) => `${serviceName}/${one}`);
    throw unknown(`the service \`${serviceName}\` has no method \`${methodName}\``, known);
  }
  method.resolve();
  return {
    path: `/${service.fullName.replace(/^\./, '')}/${methodName}`,
    request: method.resolvedRequestType!, // resolved
    response: method.resolvedResponseType!, // resolved
    streamsRequest: method.requestStream === true,
    streamsResponse: method.responseStream === true,
  };
}

/** All methods of a namespace. */
function methodsOf(library: ProtobufLibrary, namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap((inner) => {
    if (inner instanceof library.Service) {
      const service = inner.fullName.replace(/^\./, '');
      return Object.keys(inner.methods).map((method) => `${service}/${method}`);
    }
    return inner instanceof library.Namespace ? methodsOf(library, inner) : [];
  });
}
