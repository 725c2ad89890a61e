import type { Header, ImportedFile, ImportedRequest } from '../request-files/imported-request.ts';
import type { ImportNode } from '../request-files/import-node.ts';
import { parseJsonOrYaml } from './parse-json-or-yaml.ts';
import { SchemaExamples } from './schema-example.ts';
import { asVariable, mapLiteral, withoutMarks } from '../request-files/template-text.ts';
import { percentEncode } from '../shared/percent-encode.ts';

const METHODS = ['get', 'head', 'options', 'post', 'put', 'patch', 'delete'];

/** Parses an OpenAPI document (3.x, JSON or YAML): one request for each operation. */
export async function parseOpenapi(file: string, text: string): Promise<ImportedFile> {
  const root = await parseJsonOrYaml(file, text);
  const version = root.field('openapi').text() ?? '';
  if (!version.startsWith('3.')) {
    const hint = 'convert a Swagger 2.0 document to OpenAPI 3 first, such as with https://converter.swagger.io';
    root.field('openapi').fail('must be a version of OpenAPI 3', hint);
  }
  return new OperationReader(root).read();
}

class OperationReader {
  readonly #root: ImportNode;
  readonly #examples: SchemaExamples;
  readonly #notes = new Set<string>();

  constructor(root: ImportNode) {
    this.#root = root;
    this.#examples = new SchemaExamples(root);
  }

  read(): ImportedFile {
    const paths = this.#root.field('paths').entries();
    const requests = paths.flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = this.#examples.resolve(item).field(method);
        return operation.isObject ? [this.#requestOf(path, method, this.#examples.resolve(item), operation)] : [];
      }),
    );
    return {
      requests,
      notes: [
        'Every operation is sent equally often (`weight`), with the examples of the document, or else with generated values. An id that the target does not have is answered with 404, an error: replace it by ids that exist, such as those of a feeder.',
        ...this.#notes,
      ],
    };
  }

  #requestOf(template: string, method: string, item: ImportNode, operation: ImportNode): ImportedRequest {
    const parameters = this.#parameters(item, operation);
    const of = (place: string): ImportNode[] => parameters.filter((one) => one.field('in').text() === place);
    const path = withoutMarks(template).replaceAll(/\{([^{}]{1,200})\}/g, (whole, name: string) => {
      const parameter = of('path').find((one) => one.field('name').text() === name);
      return parameter === undefined ? whole : encode(this.#valueOf(parameter));
    });
    const query = of('query').map((one) => `${encode(nameOf(one))}=${encode(this.#valueOf(one))}`);
    const cookies = of('cookie').map((one) => `${nameOf(one)}=${this.#valueOf(one)}`);
    const headers = of('header').map((one): Header => [nameOf(one).toLowerCase(), this.#valueOf(one)]);
    const body = this.#body(operation);
    if (body !== undefined) headers.push(['content-type', body.type]);
    this.#addCredentials(operation, headers, query, cookies);
    if (cookies.length > 0) headers.push(['cookie', cookies.join('; ')]);
    return {
      name: operation.field('operationId').text() ?? operation.field('summary').text(),
      method: method.toUpperCase(),
      url: this.#server(item, operation) + path + (query.length === 0 ? '' : `?${query.join('&')}`),
      headers,
      body: body?.text,
      weight: 1,
    };
  }

  /** Required parameters, and optional ones with an example; those of an operation replace those of its path. */
  #parameters(item: ImportNode, operation: ImportNode): ImportNode[] {
    const byKey = new Map<string, ImportNode>();
    for (const given of [...item.field('parameters').items(), ...operation.field('parameters').items()]) {
      const parameter = this.#examples.resolve(given);
      byKey.set(`${parameter.field('in').text() ?? ''} ${nameOf(parameter)}`, parameter);
    }
    return [...byKey.values()].filter(
      (one) =>
        one.field('required').value === true || one.field('in').text() === 'path' || this.#examples.hasExample(one),
    );
  }

  #valueOf(parameter: ImportNode): string {
    const value = this.#examples.exampleOf(parameter);
    if (Array.isArray(value)) return value.map(String).join(',');
    if (typeof value === 'string') return value;
    return value === undefined || value === null ? '' : JSON.stringify(value);
  }

  #body(operation: ImportNode): { readonly text: string; readonly type: string } | undefined {
    const content = this.#examples.resolve(operation.field('requestBody')).field('content').entries();
    const [chosen] = [/[/+]json\b/, /x-www-form-urlencoded/, /^text\/|xml/].flatMap((pattern) =>
      content.filter(([type]) => pattern.test(type)),
    );
    if (chosen === undefined) {
      if (content.length > 0)
        this.#notes.add(`Bodies of the type ${content[0]?.[0] ?? ''} are not imported: set \`http.body\`.`);
      return undefined;
    }
    const [type, media] = chosen;
    const value = this.#examples.exampleOf(media);
    if (value === undefined) return undefined;
    if (/json/.test(type)) return { type, text: JSON.stringify(value) };
    if (!/urlencoded/.test(type)) return { type, text: typeof value === 'string' ? value : JSON.stringify(value) };
    const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return { type, text: fields.map(([name, one]) => `${encode(name)}=${encode(String(one))}`).join('&') };
  }

  /** URL of the server, without a `/` at its end; empty for one without a host. */
  #server(item: ImportNode, operation: ImportNode): string {
    const [server] = [operation, item, this.#root].flatMap((node) => node.field('servers').items());
    if (server === undefined) return '';
    const variables = server.field('variables');
    const url = (server.field('url').text() ?? '').replaceAll(
      /\{([^{}]{1,200})\}/g,
      (_, name: string) => variables.field(name).field('default').text() ?? asVariable(name),
    );
    return url.replace(/\/$/, '');
  }

  #addCredentials(operation: ImportNode, headers: Header[], query: string[], cookies: string[]): void {
    const own = operation.field('security');
    const [required] = (Array.isArray(own.value) ? own : this.#root.field('security')).items();
    for (const [name] of required?.entries() ?? []) {
      const scheme = this.#examples.resolve(this.#root.field('components').field('securitySchemes').field(name));
      const type = scheme.field('type').text();
      const key = scheme.field('name').text() ?? name;
      const place = scheme.field('in').text();
      const value = asVariable(key.toUpperCase());
      if (type === 'apiKey') {
        if (place === 'query') query.push(`${encode(key)}=${value}`);
        else if (place === 'cookie') cookies.push(`${key}=${value}`);
        else headers.push([key.toLowerCase(), value]);
      } else if (type === 'http' && scheme.field('scheme').text()?.toLowerCase() === 'basic') {
        headers.push(['authorization', `Basic ${asVariable('BASIC_CREDENTIALS')}`]);
        this.#notes.add('BASIC_CREDENTIALS: user:password in base64.');
      } else headers.push(['authorization', `Bearer ${asVariable('BEARER_TOKEN')}`]);
    }
  }
}

function nameOf(parameter: ImportNode): string {
  return parameter.field('name').text() ?? '';
}

function encode(text: string): string {
  return mapLiteral(text, percentEncode);
}
