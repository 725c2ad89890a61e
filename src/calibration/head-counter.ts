const END = '\r\n\r\n';

/** Counts the requests that a connection brings, piece by piece. They have no body, so each is over where its head is. */
export class HeadCounter {
  /** What may be the beginning of a head's end, cut off by the end of the last piece. */
  #rest = '';

  /** How many requests this piece brings to their end. */
  count(piece: Buffer): number {
    const text = this.#rest + piece.toString('latin1');
    let heads = 0;
    let next = 0;
    for (let at = text.indexOf(END); at !== -1; at = text.indexOf(END, next)) {
      heads++;
      next = at + END.length;
    }
    this.#rest = text.slice(Math.max(next, text.length - END.length + 1));
    return heads;
  }
}
