/** The errors beside failed statuses: one for each status, made when first needed, so that failing fast costs nothing. */
export class StatusErrors {
  readonly #summary: string;
  readonly #errors: (Error | undefined)[] = [];

  /** @param summary what was asked for, without anything secret */
  constructor(summary: string) {
    this.#summary = summary;
  }

  of(status: number): Error {
    return (this.#errors[status] ??= new Error(`HTTP ${status} from ${this.#summary}`));
  }
}
