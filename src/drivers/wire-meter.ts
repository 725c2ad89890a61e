/** Bytes that a connection has moved so far; sockets count so. */
export interface Traffic {
  readonly bytesWritten: number;
  readonly bytesRead: number;
}

/**
 * Counts the bytes of a session's connections as they cross the wire: what lies under TLS and HTTP/2, handshakes
 * and proxy greetings included. It reads the counters of the lowest layer; a TLS socket's own count plain text.
 */
export class WireMeter {
  /** Of the last `read`, in bytes. */
  sentBytes = 0;
  receivedBytes = 0;
  #wire: Traffic | undefined;
  #writtenBefore = 0;
  #readBefore = 0;
  /** Of earlier connections, not yet read. */
  #owedSent = 0;
  #owedReceived = 0;

  /** From now on `wire`, which has moved no byte yet, is the connection. */
  follow(wire: Traffic): void {
    this.read();
    this.#owedSent = this.sentBytes;
    this.#owedReceived = this.receivedBytes;
    this.#wire = wire;
    this.#writtenBefore = 0;
    this.#readBefore = 0;
  }

  /** Puts the bytes since the last `read` into `sentBytes` and `receivedBytes`. */
  read(): void {
    const wire = this.#wire;
    if (wire === undefined) {
      this.sentBytes = 0;
      this.receivedBytes = 0;
      return;
    }
    const { bytesWritten, bytesRead } = wire;
    this.sentBytes = this.#owedSent + bytesWritten - this.#writtenBefore;
    this.receivedBytes = this.#owedReceived + bytesRead - this.#readBefore;
    this.#owedSent = 0;
    this.#owedReceived = 0;
    this.#writtenBefore = bytesWritten;
    this.#readBefore = bytesRead;
  }
}
