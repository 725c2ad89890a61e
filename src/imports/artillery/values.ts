import { asTemplate, asVariable, mapLiteral } from '../../request-files/template-text.ts';

/** Columns of feeders, and variables, by the name in `{{ name }}`. */
export type GivenValues = ReadonlyMap<string, string>;

/** Template tags for functions of Artillery. */
function tagOfFunction(name: string): string | undefined {
  const [, from, to] = /^\$randomNumber\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name) ?? [];
  if (from !== undefined && to !== undefined) return `int(${from},${to})`;
  const length = /^\$randomString\(\s*(\d+)\s*\)$/.exec(name)?.[1];
  if (length !== undefined) return `string(${length})`;
  return { $uuid: 'uuid', $loopElement: 'each.item', $loopCount: 'each.index', $timestamp: 'now' }[name];
}

/** Replaces `{{ name }}` in the texts of one scenario. */
export class ArtilleryValues {
  readonly #given: GivenValues;
  readonly #captured = new Map<string, string>();
  readonly #notes: Set<string>;

  constructor(given: GivenValues, notes: Set<string>) {
    this.#given = given;
    this.#notes = notes;
  }

  /** Makes a captured value known to later requests. @param tag its name in templates, such as `login.token` */
  capture(name: string, tag: string): void {
    this.#captured.set(name, tag);
  }

  /** The name in templates of a captured value, a column or a variable; `undefined`: nothing has this name. */
  tagOf(name: string): string | undefined {
    return this.#captured.get(name) ?? this.#given.get(name) ?? tagOfFunction(name);
  }

  /** The value of `{{ name }}` as a mark. A mark stands for itself before a letter, too. */
  fill(text: string): string {
    return mapLiteral(text, (literal) =>
      literal.replaceAll(/\{\{\s*([^{}]{1,200}?)\s*\}\}(?=(.)?)/gsu, (_, name: string, next: string | undefined) => {
        const tag = this.tagOf(name);
        if (tag !== undefined) {
          if (name === '$loopCount') this.#notes.add('#each.index counts from 0, $loopCount from 1.');
          // A letter, a digit or a bracket after a tag would belong to it.
          return asTemplate(next !== undefined && /[\w(.]/.test(next) ? `#raw(${tag})` : `#${tag}`);
        }
        const variable = /^\$(?:processEnvironment|env|environment)\.(\w+)$/.exec(name)?.[1] ?? name;
        if (variable === name) this.#notes.add(`{{ ${name} }} is set by nothing that is imported: set the variable.`);
        return asVariable(variable);
      }),
    );
  }

  /** A value of JSON with all of its texts filled. */
  fillJson(value: unknown): unknown {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.fillJson(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.fillJson(item)]));
  }
}
