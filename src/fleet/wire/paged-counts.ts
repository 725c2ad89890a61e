/** Slots of a page as a power of two: a second of load changes a few hundred slots next to each other. */
const PAGE_BITS = 9;
const PAGE_SLOTS = 2 ** PAGE_BITS;
const WITHIN_PAGE = PAGE_SLOTS - 1;

/** Numbers by slot, 0 at first. Memory is allocated for the pages of slots that were set: most of a tally stays 0. */
export class PagedCounts {
  readonly #pages: (Float64Array | undefined)[];

  constructor(slots: number) {
    this.#pages = Array.from({ length: Math.ceil(slots / PAGE_SLOTS) }, () => undefined);
  }

  /** @param slot inside the length */
  at(slot: number): number {
    const page = this.#pages[slot >> PAGE_BITS];
    return page === undefined ? 0 : page[slot & WITHIN_PAGE]!; // inside the page
  }

  /** @param slot inside the length */
  set(slot: number, value: number): void {
    const page = (this.#pages[slot >> PAGE_BITS] ??= new Float64Array(PAGE_SLOTS));
    page[slot & WITHIN_PAGE] = value;
  }
}
