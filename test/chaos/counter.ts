/** A server that knows which requests it has executed. */
export interface Counter {
  readonly port: number;
  /** The number of each request that was executed, as often as it was. */
  seen(): Promise<readonly string[]>;
  stop(): Promise<void>;
}
