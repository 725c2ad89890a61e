import type { Json } from '../../shared/json.ts';
import { ReplyContent } from '../reply-content.ts';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';

/** A column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** Converts a value of the client library that is not null. */
  readonly toJson: (value: unknown) => Json;
}

/** Collects the rows of one result, up to a size. */
export class RowCollector {
  readonly #needs: ResponseNeeds;
  #columns: readonly ResultColumn[] = [];
  #rows: (readonly unknown[])[] = [];
  #bytes = 0;

  constructor(needs: ResponseNeeds) {
    this.#needs = needs;
  }

  /** Sets the columns of the rows that follow. */
  describe(columns: readonly ResultColumn[]): void {
    this.#columns = columns;
  }

  /**
   * Adds a row. Beyond the maximum size, rows are counted and none is kept.
   * @param bytes size of its values as received
   */
  add(values: readonly unknown[], bytes: number): void {
    this.#bytes += bytes;
    if (!this.#needs.body) return;
    if (this.#bytes <= this.#needs.maxBytes) this.#rows.push(values);
    else this.#rows = [];
  }

  /** @param rowCount number of rows that the statement returned or changed */
  content(rowCount: number): ResponseContent {
    const { body, maxBytes } = this.#needs;
    const columns = this.#columns;
    const rows = this.#rows;
    const build = body ? (): Json => rows.map((values) => toObject(columns, values)) : undefined;
    return new ReplyContent({ rowCount, bytes: this.#bytes, maxBytes, build });
  }
}

/** Builds a row's object. The last column of a name counts. */
function toObject(columns: readonly ResultColumn[], values: readonly unknown[]): Json {
  return Object.fromEntries(
    columns.map(({ name, toJson }, index): [string, Json] => {
      const value = values[index];
      return [name, value === null || value === undefined ? null : toJson(value)];
    }),
  );
}
