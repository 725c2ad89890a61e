import type { ConnectionFactory } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { ResumableTls } from './resumable-tls.ts';

/**
 * Wraps the factory of a session, whose connections are those of one client: each resumes the TLS session of the last one
 * to the same endpoint.
 */
export function resumeTls(create: ConnectionFactory): ConnectionFactory {
  const clients = new Map<Endpoint, ResumableTls>();
  const resuming: ConnectionFactory = (options, listener) => {
    const resumable = clients.get(options.endpoint) ?? new ResumableTls();
    clients.set(options.endpoint, resumable);
    return create({ ...options, resumable }, listener);
  };
  return Object.assign(resuming, {
    forget: () => {
      for (const resumable of clients.values()) resumable.session = undefined;
    },
  });
}
