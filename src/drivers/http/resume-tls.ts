import type { ConnectionFactory } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { ResumableTls } from './resumable-tls.ts';

/** Servers whose sessions a client keeps; beyond this number the oldest is dropped: a server may redirect anywhere. */
const MOST = 32;

/**
 * Wraps the factory of a session, whose connections are those of one client: each resumes the TLS session of the last one
 * to the same endpoint.
 */
export function resumeTls(create: ConnectionFactory): ConnectionFactory {
  const kept = new Map<Endpoint, ResumableTls>();
  const resumableOf = (endpoint: Endpoint): ResumableTls => {
    const known = kept.get(endpoint);
    if (known !== undefined) return known;
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= MOST) kept.delete(oldest);
    const resumable = new ResumableTls();
    kept.set(endpoint, resumable);
    return resumable;
  };
  const resuming: ConnectionFactory = (options, listener) =>
    create({ ...options, resumable: resumableOf(options.endpoint) }, listener);
  return Object.assign(resuming, {
    forget: () => {
      for (const resumable of kept.values()) resumable.session = undefined;
    },
  });
}
