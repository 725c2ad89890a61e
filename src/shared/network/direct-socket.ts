import { type OnReadOpts, Socket, type SocketConstructorOpts, type TcpNetConnectOpts } from 'node:net';

/**
 * A plain socket for one message after the other. It reads into a buffer of its owner, and passes a message to the
 * system past the queue of the stream, which needs a turn of callbacks for each write.
 */
export class DirectSocket extends Socket {
  /** Whether the system has not taken all bytes of the last message yet. */
  isSending = false;
  readonly #sent = (error?: Error | null): void => {
    this.isSending = false;
    if (error !== undefined && error !== null) this.destroy(error);
  };

  constructor(onread: OnReadOpts) {
    // The types of Node lack the option.
    const options: SocketConstructorOpts & Pick<TcpNetConnectOpts, 'onread'> = { onread };
    super(options);
  }

  /**
   * Sends a message; the last one must have been sent.
   * @param message bytes, or Latin-1 characters
   * @param tail bytes that follow the message, or Latin-1 characters
   */
  send(message: string | Buffer, tail: string | Buffer | null): void {
    this.isSending = true;
    if (tail !== null) {
      this.cork();
      this.write(message, 'latin1');
      this.write(tail, 'latin1', this.#sent);
      this.uncork();
    } else if (typeof message === 'string') super._write(message, 'latin1', this.#sent);
    else this.write(message, this.#sent);
  }
}
