import { LoadbotError } from '../shared/errors.ts';
import { formatPath } from '../shared/text.ts';
import { withoutMarks } from './template-text.ts';

/** A value of a parsed file with its path, for messages. */
export class ImportNode {
  readonly value: unknown;
  readonly #file: string;
  readonly #path: readonly (string | number)[];

  constructor(file: string, value: unknown, path: readonly (string | number)[] = []) {
    this.#file = file;
    this.value = value;
    this.#path = path;
  }

  /** A field of an object; the value is `undefined` where there is none. */
  field(name: string): ImportNode {
    const value = this.isObject && Object.hasOwn(this.value as object, name) ? this.#fields[name] : undefined;
    return new ImportNode(this.#file, value, [...this.#path, name]);
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
  }

  /** Fields of an object with their names; none for other values. */
  entries(): (readonly [name: string, node: ImportNode])[] {
    return this.isObject ? Object.keys(this.#fields).map((name) => [name, this.field(name)] as const) : [];
  }

  /** Items of a list; none for other values. */
  items(): ImportNode[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item: unknown, index) => new ImportNode(this.#file, item, [...this.#path, index]));
  }

  /** Text, or a number or boolean as text. */
  text(): string | undefined {
    const { value } = this;
    if (typeof value === 'string') return withoutMarks(value);
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** @throws {LoadbotError} `config_invalid` for a value other than text */
  requireText(): string {
    return this.text() ?? this.fail('must be text');
  }

  /** @throws {LoadbotError} `config_invalid` for a value other than a list */
  requireItems(): ImportNode[] {
    return Array.isArray(this.value) ? this.items() : this.fail('must be a list');
  }

  /** @throws {LoadbotError} `config_invalid` with file and path; the value may be secret and is not repeated */
  fail(message: string, hint?: string): never {
    const path = formatPath(this.#path);
    const place = path === '' ? this.#file : `${this.#file}: ${path}`;
    throw new LoadbotError('config_invalid', `${place} ${message}`, hint === undefined ? {} : { hint });
  }

  get #fields(): Readonly<Record<string, unknown>> {
    return this.value as Readonly<Record<string, unknown>>; // callers have checked `isObject`
  }
}
