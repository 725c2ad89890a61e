import type { Header, ImportedFile, ImportedRequest } from './imported-request.ts';
import type { ImportNode } from './import-node.ts';
import { parseJsonFile } from './parse-json.ts';
import { asTemplate, asVariable, mapLiteral } from './template-text.ts';

/** Template tags for the dynamic variables of Postman. */
const DYNAMIC: Readonly<Record<string, string>> = {
  $guid: '#uuid',
  $randomUUID: '#uuid',
  $isoTimestamp: '#now',
  $timestamp: '#int(1700000000,1800000000)',
  $randomInt: '#int(0,1000)',
  $randomBoolean: '#bool',
  $randomEmail: '#email',
  $randomUserName: '#username',
  $randomPassword: '#password',
  $randomFirstName: '#first_name',
  $randomLastName: '#last_name',
  $randomFullName: '#name',
  $randomPhoneNumber: '#phone_number',
  $randomWord: '#word',
  $randomAlphaNumeric: '#string(1)',
};

/** Settings that items inherit from their folders. */
interface Inherited {
  readonly auth: ImportNode | undefined;
  readonly folders: readonly string[];
}

/** Parses a collection of Postman (version 2.0 and 2.1). */
export function parsePostman(file: string, text: string): ImportedFile {
  const root = parseJsonFile(file, text);
  if (!Array.isArray(root.field('item').value)) {
    root.field('item').fail('must be a list', 'export the collection from Postman as Collection v2.1');
  }
  return new CollectionReader(root).read();
}

class CollectionReader {
  readonly #root: ImportNode;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #requests: ImportedRequest[] = [];
  readonly #notes = new Set<string>();
  #scripts = 0;

  constructor(root: ImportNode) {
    this.#root = root;
    this.#variables = new Map(
      root
        .field('variable')
        .items()
        .flatMap((variable) => {
          const name = variable.field('key').text();
          const value = variable.field('value').text();
          return name === undefined || value === undefined || value === '' ? [] : [[name, value] as const];
        }),
    );
  }

  read(): ImportedFile {
    this.#visit(this.#root, { auth: undefined, folders: [] });
    const scripts = `${this.#scripts} scripts (pre-request, tests) are not imported: values that they set or capture are not part of a workload.`;
    return {
      requests: this.#requests,
      notes: [
        'Requests are sent in random order, each as often as the others (`weight`).',
        ...this.#notes,
        ...(this.#scripts > 0 ? [scripts] : []),
      ],
    };
  }

  #visit(node: ImportNode, { auth, folders }: Inherited): void {
    this.#scripts += node.field('event').items().length;
    const own = node.field('auth');
    const inherited = own.isObject ? own : auth;
    for (const item of node.field('item').items()) {
      const name = item.field('name').text() ?? '';
      if (Array.isArray(item.field('item').value)) this.#visit(item, { auth: inherited, folders: [...folders, name] });
      else this.#addRequest(item, { auth: inherited, folders: [...folders, name] });
    }
  }

  #addRequest(item: ImportNode, { auth, folders }: Inherited): void {
    this.#scripts += item.field('event').items().length;
    const request = item.field('request');
    const own = request.field('auth');
    const { headers: credentials, query } = this.#credentials(own.isObject ? own : auth);
    const body = this.#body(request.field('body'));
    const headers = new Map(credentials.map(([name, value]) => [name.toLowerCase(), value]));
    if (body?.type !== undefined) headers.set('content-type', body.type);
    for (const [name, value] of this.#pairs(request.field('header'))) headers.set(name.toLowerCase(), value);
    const url = this.#url(typeof request.value === 'string' ? request : request.field('url'));
    this.#requests.push({
      name: folders.join(' / '),
      method: (request.field('method').text() ?? 'GET').toUpperCase(),
      url: query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
      headers: [...headers],
      body: body?.text,
      weight: 1,
    });
  }

  /** Name and value of each enabled item of a list. */
  #pairs(list: ImportNode): Header[] {
    return list
      .items()
      .filter((item) => item.field('disabled').value !== true && item.field('key').text() !== undefined)
      .map((item) => [this.#fill(item.field('key').text() ?? ''), this.#fill(item.field('value').text() ?? '')]);
  }

  #url(url: ImportNode): string {
    const raw = url.text() ?? url.field('raw').requireText();
    const values = new Map(
      url
        .field('variable')
        .items()
        .map((variable) => [variable.field('key').text() ?? '', variable.field('value').text() ?? '']),
    );
    const filled = this.#fill(
      raw.replaceAll(/(?<=\/):([A-Za-z_]\w*)/g, (whole, name: string) =>
        values.has(name) ? values.get(name) || `{{${name}}}` : whole,
      ),
    );
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(filled) || !/^[\w.-]/.test(filled) ? filled : `http://${filled}`;
  }

  #body(body: ImportNode): { readonly text: string; readonly type: string | undefined } | undefined {
    const mode = body.field('mode').text();
    if (!body.isObject || mode === undefined || body.field('disabled').value === true) return undefined;
    if (mode === 'raw') {
      const text = this.#fill(body.field('raw').text() ?? '');
      const language = body.field('options').field('raw').field('language').text();
      const type = { json: 'application/json', xml: 'application/xml', html: 'text/html', text: 'text/plain' }[
        language ?? ''
      ];
      return text === '' ? undefined : { text, type };
    }
    if (mode === 'urlencoded') {
      const pairs = this.#pairs(body.field('urlencoded'));
      const text = pairs.map((pair) => pair.map((part) => mapLiteral(part, encodeURIComponent)).join('=')).join('&');
      return { text, type: 'application/x-www-form-urlencoded' };
    }
    if (mode === 'graphql') {
      const graphql = body.field('graphql');
      const query = JSON.stringify(this.#fill(graphql.field('query').text() ?? ''));
      const variables = this.#fill(graphql.field('variables').text() ?? '').trim();
      return { text: `{"query":${query},"variables":${variables || '{}'}}`, type: 'application/json' };
    }
    this.#notes.add('Bodies of the modes formdata and file are not imported: set `http.body`.');
    return undefined;
  }

  #credentials(auth: ImportNode | undefined): { readonly headers: readonly Header[]; readonly query?: string } {
    const type = auth?.field('type').text() ?? 'noauth';
    if (auth === undefined || type === 'noauth') return { headers: [] };
    const settings = auth.field(type);
    // Version 2.0 has an object, version 2.1 a list.
    const fields = new Map(
      Array.isArray(settings.value)
        ? settings.items().map((item) => [item.field('key').text() ?? '', item.field('value').text() ?? ''])
        : settings.entries().map(([name, node]) => [name, node.text() ?? '']),
    );
    const value = (name: string): string => this.#fill(fields.get(name) ?? '');
    if (type === 'bearer')
      return { headers: [['authorization', `Bearer ${value('token') || asVariable('BEARER_TOKEN')}`]] };
    if (type === 'basic') {
      const user = `${fields.get('username') ?? ''}:${fields.get('password') ?? ''}`;
      const isPlain = !user.includes('{{') && user !== ':';
      const encoded = isPlain ? Buffer.from(user).toString('base64') : asVariable('BASIC_CREDENTIALS');
      if (!isPlain) this.#notes.add('BASIC_CREDENTIALS: user:password in base64.');
      return { headers: [['authorization', `Basic ${encoded}`]] };
    }
    if (type === 'apikey') {
      const name = value('key') || 'x-api-key';
      const key = value('value') || asVariable('API_KEY');
      return value('in') === 'query' ? { headers: [], query: `${name}=${key}` } : { headers: [[name, key]] };
    }
    this.#notes.add(`Authorization of the type ${type} is not imported: set the header \`authorization\`.`);
    return { headers: [] };
  }

  /** Replaces `{{name}}`: by the value in the collection, by a template tag, or by a variable of the environment. */
  #fill(text: string, depth = 0): string {
    return mapLiteral(text, (literal) =>
      literal.replaceAll(/\{\{([^{}]{1,200})\}\}/g, (_, given: string) => {
        const name = given.trim();
        const dynamic = Object.hasOwn(DYNAMIC, name) ? DYNAMIC[name] : undefined;
        if (dynamic !== undefined) return asTemplate(dynamic);
        const value = this.#variables.get(name);
        // A variable may refer to others, and in a circle.
        return value === undefined || depth > 4 || value.length > 10_000
          ? asVariable(name)
          : this.#fill(value, depth + 1);
      }),
    );
  }
}
