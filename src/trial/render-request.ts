import { formatBytes, formatCountOf, formatMs } from '../shared/units.ts';
import type { Json } from '../shared/json.ts';
import { redactSecrets, secretsOfValues } from '../shared/secrets.ts';
import { HIDDEN, redactSecrets as redactPlaces } from '../shared/secret-text.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import type { TriedFunction } from './observe-functions.ts';
import type { TriedRequest } from './try-plan.ts';

/** Characters of a captured value, and of a body without `full`. */
const VALUE_CHARACTERS = 200;
const BODY_CHARACTERS = 500;

/** Writes requests and calls of functions as blocks of lines, without secrets: known ones, captured ones, and those of named places. */
export class RequestRenderer {
  #secrets: readonly string[];
  readonly #isFull: boolean;

  /** @param secrets as returned by `secretsOfTarget` */
  constructor(secrets: readonly string[], isFull: boolean) {
    this.#secrets = secrets;
    this.#isFull = isFull;
  }

  /** Returns the lines of a request. */
  render(tried: TriedRequest): string[] {
    const { job, step, request, checks, captures } = tried;
    this.#learn(captures);
    return [
      this.#mask(step === '' ? job : `${job} · ${step}`),
      ...this.#lines(request),
      ...this.#lines(describeOutcome(tried)),
      ...captures.flatMap((capture) => {
        if ('fault' in capture) return this.#lines(`capture failed: ${capture.fault}`);
        return this.#lines(`captured ${capture.name} = ${this.#value(capture.isSecret, capture.value)}`);
      }),
      ...checks.flatMap(({ name, fault }) =>
        this.#lines(fault === undefined ? `check passed: ${name}` : `check failed: ${name}: ${fault}`),
      ),
      ...this.#body(tried),
    ];
  }

  /** Returns the lines of a function that a step has called. */
  renderFunction({ job, step, function: name, returned, set }: TriedFunction): string[] {
    this.#learn([...returned, ...set]);
    const shown = (verb: string, { name: of, isSecret, value }: (typeof set)[number]): string[] =>
      this.#lines(`${verb} ${of} = ${this.#value(isSecret, value)}`);
    return [
      this.#mask(`${job} · ${step}`),
      ...this.#lines(`function ${name}`),
      ...returned.flatMap((one) => shown('returned', one)),
      ...set.flatMap((one) => shown('set', one)),
    ];
  }

  /** Returns a text of one line without secrets. */
  line(text: string): string {
    return this.#mask(text);
  }

  /** Captured and returned secrets are in later requests and responses. */
  #learn(values: readonly { readonly isSecret: boolean; readonly value?: Json }[]): void {
    const found = values.flatMap(({ isSecret, value }) => {
      if (!isSecret || value === undefined) return [];
      return (Array.isArray(value) ? value : [value]).flatMap((one: Json) => (typeof one === 'string' ? [one] : []));
    });
    if (found.length > 0) this.#secrets = secretsOfValues([...this.#secrets, ...found]);
  }

  #value(isSecret: boolean, value: Json): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (isSecret) return `${HIDDEN} (${formatCountOf(text.length, 'character')})`;
    return shorten(redactSecrets(text, this.#secrets), VALUE_CHARACTERS);
  }

  #body({ body }: TriedRequest): string[] {
    if (body === undefined || body === '') return [];
    // Redacted before it is cut: a part of a secret would not be found.
    const text = redactSecrets(redactPlaces(body), this.#secrets);
    const shown = this.#isFull ? text : shorten(text, BODY_CHARACTERS);
    return shown.split(/\r\n|[\r\n]/).map((line) => `  | ${sanitizeForTerminal(line)}`);
  }

  #lines(text: string): string[] {
    return text.split(/\r\n|[\r\n]/).map((line, index) => `${index === 0 ? '  ' : '    '}${this.#mask(line)}`);
  }

  #mask(text: string): string {
    return sanitizeForTerminal(redactSecrets(redactPlaces(text), this.#secrets));
  }
}

function describeOutcome({ status, rows, serviceMs, bytes, failure, isMiss }: TriedRequest): string {
  const result = [
    ...(status === 0 ? [] : [String(status)]),
    ...(rows === undefined ? [] : [formatCountOf(rows, 'row')]),
    ...(isMiss ? ['miss'] : []),
  ];
  const time = `${formatMs(serviceMs)}, ${formatBytes(bytes)}`;
  const shown = `${result.length === 0 ? (failure === undefined ? 'ok' : 'no response') : result.join(', ')} in ${time}`;
  if (failure === undefined) return shown;
  return `${shown}: failed (${failure.errorClass})${failure.message === '' ? '' : `: ${failure.message}`}`;
}

function shorten(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters)}...`;
}
