/**
 * A message of the bus that cannot be used: damaged, of another protocol version, or beyond a limit. Its text has the
 * message and the reason. Messages are untrusted, so it is never a bug of the receiver.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}
