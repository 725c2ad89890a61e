import type { Header, ImportedRequest } from '../../request-files/imported-request.ts';
import type { ImportNode } from '../../request-files/import-node.ts';
import { hostOf, splitUrl } from '../../request-files/split-url.ts';
import { asVariable, mapLiteral, unmark } from '../../request-files/template-text.ts';
import { type StepFields, toCaptures, toExpect } from './expectations.ts';
import type { ArtilleryValues } from './values.ts';

/** A step of a flow: a request, or a group of them. */
export interface FlowStep {
  readonly name: string;
  /** `undefined`: a group. */
  readonly request: ImportedRequest | undefined;
  readonly steps: readonly FlowStep[];
  /** Fields beside the request. */
  readonly fields: StepFields;
  /** Pause after the step in seconds. */
  thinkSeconds: number;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);
const REQUEST_FIELDS = new Set(
  'url name json body form headers qs capture expect cookie auth gzip followRedirect timeout'.split(' '),
);

interface FlowOptions {
  readonly values: ArtilleryValues;
  /** Origin of the target, as `hostOf` returns it. */
  readonly host: string;
  readonly headers: readonly Header[];
  readonly notes: Set<string>;
  /** Names of steps that are taken. */
  readonly names: Set<string>;
}

/** Reads the flow of a scenario. */
export class FlowReader {
  readonly #options: FlowOptions;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** Returns the steps of a list. A pause before the first request follows the last one instead. */
  read(flow: ImportNode, isInner = false): FlowStep[] {
    const steps: FlowStep[] = [];
    let before = 0;
    for (const item of flow.items()) {
      for (const [kind, node] of item.entries()) {
        if (kind === 'think') {
          const seconds = secondsOf(node);
          const last = steps.at(-1);
          if (seconds === undefined) this.#note('A think time that is not a number is not imported.');
          else if (last === undefined) before += seconds;
          else last.thinkSeconds += seconds;
        } else if (METHODS.has(kind)) steps.push(this.#request(kind.toUpperCase(), node));
        else if (kind === 'loop') steps.push(...this.#loop(item, isInner));
        else if (!['log', 'count', 'over', 'whileTrue', 'loopValue'].includes(kind)) {
          this.#note(`${kind} in a flow is not imported.`);
        }
      }
    }
    const last = steps.at(-1);
    if (before > 0 && last !== undefined) {
      last.thinkSeconds += before;
      this.#note('A pause before the first request of a flow follows the last one instead.');
    }
    return steps.map(withoutGroup);
  }

  #note(text: string): void {
    this.#options.notes.add(text);
  }

  #loop(item: ImportNode, isInner: boolean): FlowStep[] {
    const steps = this.read(item.field('loop'), true);
    const fields = this.#repetition(item);
    const [only] = steps;
    if (only === undefined) return [];
    if (
      only.request !== undefined &&
      steps.length === 1 &&
      only.fields['repeat'] === undefined &&
      only.fields['for_each'] === undefined
    ) {
      const step = { ...only, fields: { ...only.fields, ...fields } };
      // A pause after a loop is not one after each repetition.
      return isInner ? [step] : [{ name: '', request: undefined, steps: [step], fields: {}, thinkSeconds: 0 }];
    }
    if (!isInner) return [{ name: '', request: undefined, steps, fields, thinkSeconds: 0 }];
    this.#note('A loop of several requests within a loop is not imported: its requests are sent once.');
    return steps;
  }

  #repetition(item: ImportNode): StepFields {
    const count = item.field('count').text();
    const [, from, to] = /^(\d+)-(\d+)$/.exec(count ?? '') ?? [];
    if (from !== undefined && to !== undefined) return { repeat: `#int(${from},${to})` };
    if (count !== undefined && /^[1-9]\d{0,3}$/.test(count)) return { repeat: Number(count) };
    const over = item.field('over').text();
    const list = over === undefined ? undefined : this.#options.values.tagOf(over);
    if (list !== undefined) return { for_each: `#${list}` };
    this.#note('A loop is imported with a count from 1 to 9999, or over a captured list; others run once.');
    return {};
  }

  #request(method: string, node: ImportNode): FlowStep {
    const { values, notes } = this.#options;
    for (const [field] of node.entries()) {
      if (!REQUEST_FIELDS.has(field)) this.#note(`${field} of a request is not imported.`);
    }
    for (const field of ['cookie', 'gzip', 'followRedirect', 'timeout']) {
      if (node.field(field).value !== undefined) this.#note(`${field} of a request is not imported.`);
    }
    const fill = (one: ImportNode): string => values.fill(one.text() ?? '');
    const address = node.field('url').requireText();
    const { origin, path } = splitUrl(values.fill(address));
    if (/^https?:/i.test(origin) && hostOf(origin) !== this.#options.host) {
      this.#note(`Requests to ${unmark(origin)} go to the target, too.`);
    }
    const query = node
      .field('qs')
      .entries()
      .map(([name, one]) => `${encodeURIComponent(name)}=${mapLiteral(fill(one), encodeURIComponent)}`);
    const url = query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
    const body = this.#body(node);
    const headers = new Map(this.#options.headers);
    if (body?.type !== undefined) headers.set('content-type', body.type);
    const credentials = this.#credentials(node.field('auth'));
    if (credentials !== undefined) headers.set('authorization', `Basic ${credentials}`);
    for (const [name, one] of node.field('headers').entries()) headers.set(name.toLowerCase(), fill(one));
    const captures = toCaptures(node.field('capture'), notes);
    const given = node.field('name').text() ?? `${method} ${readablePath(address)}`;
    const name = this.#nameOf(given, captures.size > 0);
    for (const captured of captures.keys()) values.capture(captured, `${name}.${captured}`);
    return {
      name,
      request: { method, url, headers: [...headers], body: body?.text, weight: 1 },
      steps: [],
      fields: {
        capture: captures.size === 0 ? undefined : Object.fromEntries(captures),
        expect: toExpect(node.field('expect'), notes),
      },
      thinkSeconds: 0,
    };
  }

  #credentials(auth: ImportNode): string | undefined {
    const [user, password] = [auth.field('user').text(), auth.field('pass').text() ?? ''];
    if (user === undefined) return undefined;
    const pair = `${user}:${password}`;
    if (!pair.includes('{{')) return Buffer.from(pair).toString('base64');
    this.#note('BASIC_CREDENTIALS: user:password in base64.');
    return asVariable('BASIC_CREDENTIALS');
  }

  #body(node: ImportNode): { readonly text: string; readonly type: string | undefined } | undefined {
    const { values } = this.#options;
    const json = node.field('json').value;
    if (json !== undefined) return { text: JSON.stringify(values.fillJson(json)), type: 'application/json' };
    const form = node.field('form').entries();
    if (form.length > 0) {
      const pairs = form.map(([name, one]) => {
        const value = mapLiteral(values.fill(one.text() ?? ''), encodeURIComponent);
        return `${encodeURIComponent(name)}=${value}`;
      });
      return { text: pairs.join('&'), type: 'application/x-www-form-urlencoded' };
    }
    const body = node.field('body').text();
    return body === undefined ? undefined : { text: values.fill(body), type: undefined };
  }

  /** A name that no other step has; a step that captures needs one that templates can contain. */
  #nameOf(given: string, isReferenced: boolean): string {
    const { names } = this.#options;
    const plain = given.replaceAll(/[{}#$]/g, '').slice(0, 80);
    const word = plain
      .toLowerCase()
      .replaceAll(/\W+/g, '_')
      .slice(0, 40)
      .replaceAll(/^_+|_+$/g, '');
    const base = isReferenced ? (/^[a-z_]/.test(word) ? word : `step_${word}`) : plain;
    let name = base;
    for (let number = 2; names.has(name); number++) name = isReferenced ? `${base}_${number}` : `${base} (${number})`;
    names.add(name);
    return name;
  }
}

/** Path of a URL without its query, with `:name` for `{{ name }}`. */
function readablePath(url: string): string {
  const { path } = splitUrl(url.replaceAll(/\{\{\s*\$?(\w*)[^{}]*\}\}/g, ':$1'));
  return path.replace(/\?.*$/s, '');
}

/** Seconds of each unit of a duration, by the letters that it begins with. */
const UNITS = { ms: 0.001, milli: 0.001, s: 1, m: 60, h: 3600 } as const;

/** Seconds of a duration: a number, or text such as `1s`, `500ms` or `5 minutes`; `undefined`: not one. */
export function secondsOf(node: ImportNode): number | undefined {
  const given = node.text()?.trim() ?? '';
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h)?[a-z]*$/.exec(given) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS]; // one of the pattern
}

/** A group of one step that adds nothing to it is that step. */
function withoutGroup(step: FlowStep): FlowStep {
  const [only] = step.steps;
  const isPlain = step.request === undefined && step.thinkSeconds === 0 && Object.keys(step.fields).length === 0;
  return only !== undefined && step.steps.length === 1 && isPlain ? only : step;
}

/** Pauses of all steps in seconds, with their repetitions. */
export function thinkSecondsOf(steps: readonly FlowStep[]): number {
  return steps.reduce((sum, { steps: inner, fields, thinkSeconds }) => {
    const { repeat } = fields;
    const times = typeof repeat === 'number' ? repeat : 1;
    return sum + times * (thinkSeconds + thinkSecondsOf(inner));
  }, 0);
}

/** Requests of steps, in order. */
export function requestsOf(steps: readonly FlowStep[]): ImportedRequest[] {
  return steps.flatMap(({ request, steps: inner }) => (request === undefined ? requestsOf(inner) : [request]));
}
