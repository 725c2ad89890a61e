import type { HubSubscription } from './memory-hub.ts';

/** Finds the subscriptions of a subject: by a map without wildcards, by a cached search with them. */
export class MemoryInterest {
  readonly #exact = new Map<string, Set<HubSubscription>>();
  readonly #wildcards = new Map<HubSubscription, (subject: string) => boolean>();
  /** Subscriptions with wildcards by subject, since the last change of one. */
  readonly #found = new Map<string, readonly HubSubscription[]>();

  /** Returns a function that removes the subscription. */
  add(subscription: HubSubscription): () => void {
    const { pattern } = subscription;
    if (!/[*>]/.test(pattern)) return this.#addExact(pattern, subscription);
    this.#wildcards.set(subscription, createMatcher(pattern));
    this.#found.clear();
    return () => {
      if (this.#wildcards.delete(subscription)) this.#found.clear();
    };
  }

  /** Subscriptions to a subject, in no particular order. */
  match(subject: string): readonly HubSubscription[] {
    const exact = this.#exact.get(subject);
    const found = this.#matchWildcards(subject);
    return exact === undefined ? found : [...exact, ...found];
  }

  #addExact(subject: string, subscription: HubSubscription): () => void {
    const all = this.#exact.get(subject) ?? new Set();
    this.#exact.set(subject, all.add(subscription));
    return () => {
      all.delete(subscription);
      if (all.size === 0 && this.#exact.get(subject) === all) this.#exact.delete(subject);
    };
  }

  #matchWildcards(subject: string): readonly HubSubscription[] {
    let found = this.#found.get(subject);
    if (found === undefined) {
      found = [...this.#wildcards].flatMap(([subscription, matches]) => (matches(subject) ? [subscription] : []));
      this.#found.set(subject, found);
    }
    return found;
  }
}

/** Returns a function that matches subjects against a pattern with the wildcards `*` and `>`. */
function createMatcher(pattern: string): (subject: string) => boolean {
  if (!/[*>]/.test(pattern)) return (subject) => subject === pattern;
  const wanted = pattern.split('.');
  const isOpen = wanted.at(-1) === '>';
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  return (subject) => {
    const tokens = subject.split('.');
    if (isOpen ? tokens.length <= fixed.length : tokens.length !== fixed.length) return false;
    return fixed.every((token, at) => token === '*' || token === tokens[at]);
  };
}
