/** Errors for failed statuses: one per status, created on first use, so that fast failures allocate nothing. */
export class StatusErrors {
  readonly #summary: string;
  readonly #errors: (Error | undefined)[] = [];

  /** @param summary method and path, without secrets */
  constructor(summary: string) {
    this.#summary = summary;
  }

  of(status: number): Error {
    return (this.#errors[status] ??= new Error(`HTTP ${status} from ${this.#summary}`));
  }
}
