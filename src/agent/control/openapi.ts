import type { Json } from '../../shared/json.ts';
import type { ControlRoute, ControlRoutes } from '../control-routes.ts';
import { SCHEMAS } from './openapi-schemas.ts';

/** A response of an operation: its meaning, and the name of its schema, or another media type. */
interface Response {
  readonly description: string;
  readonly schema?: keyof typeof SCHEMAS;
  readonly type?: string;
}

/** An operation of the control API. Refusals that every operation has are added. */
interface Operation {
  readonly summary: string;
  readonly body?: keyof typeof SCHEMAS;
  readonly parameters?: readonly Json[];
  readonly responses: Readonly<Record<string, Response>>;
}

type Operations = Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', Operation>>>>>;

const STATUS: Response = { description: 'The status.', schema: 'Status' };
const error = (description: string): Response => ({ description, schema: 'Error' });

const queryOf = (name: string, description: string, required = false): Json => ({
  name,
  in: 'query',
  required,
  description,
  schema: { type: 'string' },
});
const RUN = queryOf('run', 'Id of a run, four or more characters of it, or latest.', true);
const NOT_STEERED = error('No run is in progress, it is ending, or its load cannot be changed so.');
const NO_RUN = error('The run is unknown, or a parameter is wrong.');

/** Every operation of a run and of an agent. A test compares it with the routes and with real answers. */
const OPERATIONS: Operations = {
  '/status': { get: { summary: 'Status of the run, or of the idle agent', responses: { 200: STATUS } } },
  '/stop': {
    post: {
      summary: 'Stop the run',
      body: 'Stop',
      responses: { 202: STATUS, 400: error('The drain time is not a number of seconds.') },
    },
  },
  '/pause': {
    post: { summary: 'Pause the load; no effect during a pause', responses: { 202: STATUS, 409: NOT_STEERED } },
  },
  '/resume': {
    post: { summary: 'End the pause; no effect without one', responses: { 202: STATUS, 409: NOT_STEERED } },
  },
  '/pace': {
    post: {
      summary: 'Change the pace of a running job: a rate, or a factor of the pace of the workload',
      body: 'Pace',
      responses: { 202: STATUS, 400: error('The pace is wrong, or the job unknown.'), 409: NOT_STEERED },
    },
  },
  '/connections': {
    post: {
      summary: 'Change the number of connections of a running job that send requests',
      body: 'Connections',
      responses: { 202: STATUS, 400: error('The number is wrong, or the job unknown.'), 409: NOT_STEERED },
    },
  },
  '/debug': {
    get: {
      summary: 'Whether debug logging is on',
      responses: { 200: { description: 'The switch.', schema: 'Debug' } },
    },
    post: {
      summary: 'Switch debug logging',
      body: 'Debug',
      responses: { 200: { description: 'The switch.', schema: 'Debug' }, 400: error('The body is not a switch.') },
    },
  },
  '/healthz': {
    get: { summary: 'Whether the process answers', responses: { 200: { description: 'It does.', schema: 'Health' } } },
  },
  '/readyz': {
    get: {
      summary: 'Whether it accepts work',
      responses: {
        200: { description: 'Ready.', schema: 'Health' },
        503: { description: 'It is about to end.', schema: 'Health' },
      },
    },
  },
  '/start': {
    post: {
      summary: 'Start a run: of a sent workload, or of the configured one',
      body: 'Workload',
      responses: { 202: STATUS, 400: error('The workload is invalid.'), 409: error('A run is in progress.') },
    },
  },
  '/config': {
    get: {
      summary: 'The workload of start',
      responses: { 200: { description: 'The workload.', schema: 'Config' }, 404: error('None is configured.') },
    },
    post: {
      summary: 'Replace the workload of start',
      body: 'Workload',
      responses: { 200: { description: 'Replaced.', schema: 'Configured' }, 400: error('It is invalid.') },
    },
  },
  '/result': {
    get: {
      summary: 'Result of the last run',
      responses: { 200: { description: 'The result.', schema: 'Result' }, 404: error('No run is over yet.') },
    },
  },
  '/': {
    get: { summary: 'The live page', responses: { 200: { description: 'HTML.', type: 'text/html' } } },
  },
  '/events': {
    get: {
      summary:
        'The run as server-sent events: run, status, agent, timeline, event, phases, source, histograms, dropped, end, report, sync',
      parameters: [
        {
          name: 'report',
          in: 'query',
          description: '1: the report of a run that ends, too',
          schema: { enum: ['1'] },
        },
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'Continues after this event.',
          schema: { type: 'string' },
        },
      ],
      responses: { 200: { description: 'A stream without end.', type: 'text/event-stream' } },
    },
  },
  '/runs': {
    get: { summary: 'Past runs, the newest first', responses: { 200: { description: 'Outlines.', schema: 'Runs' } } },
  },
  '/runs/result': {
    get: {
      summary: 'Result of a past run',
      parameters: [RUN],
      responses: { 200: { description: 'The result.', schema: 'Result' }, 400: NO_RUN },
    },
  },
  '/runs/report': {
    get: {
      summary: 'Report of a past run',
      parameters: [RUN, queryOf('kind', 'Kind of report; default: html.')],
      responses: { 200: { description: 'The report.', type: '*/*' }, 400: NO_RUN },
    },
  },
  '/runs/comparison': {
    get: {
      summary: 'Comparison of two past runs',
      parameters: [
        queryOf('baseline', 'A run.', true),
        queryOf('current', 'A run.', true),
        queryOf('format', 'json, markdown, junit, html or svg; default: json.'),
      ],
      responses: { 200: { description: 'The comparison.', type: '*/*' }, 400: NO_RUN },
    },
  },
  '/openapi.json': {
    get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1.' } } },
  },
};

/** The routes, and `GET /openapi.json` about them. */
export function withOpenApi(routes: ControlRoutes): ControlRoutes {
  const path = '/openapi.json';
  const document = describeRoutes([...routes.keys(), path]);
  const route: ControlRoute = { isPublic: true, GET: () => ({ status: 200, document }) };
  return new Map([...routes, [path, route]]);
}

/** The OpenAPI document of these paths. */
export function describeRoutes(paths: readonly string[]): Json {
  const described = paths.map((path) => {
    const operations = Object.entries(OPERATIONS[path] ?? {});
    return [
      path,
      Object.fromEntries(operations.map(([method, operation]) => [method, toOperation(method, operation)])),
    ] as const;
  });
  return {
    openapi: '3.1.0',
    info: { title: 'loadbot-agent control API', version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    paths: Object.fromEntries(described),
    components: { schemas: SCHEMAS, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{}, { token: [] }],
  };
}

/** Refusals of any operation. */
const REFUSALS: Readonly<Record<string, Response>> = {
  401: error('The token is missing or wrong.'),
  403: error('The Host or Origin header is refused.'),
  413: error('The body is too large.'),
  503: error('Too many large requests at a time.'),
};

function toOperation(method: string, { summary, body, parameters = [], responses }: Operation): Json {
  const all = {
    ...REFUSALS,
    ...(method === 'post' && { 415: error('The body is not application/json.') }),
    ...responses,
  };
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { content: { 'application/json': { schema: refTo(body) } } } }),
    responses: Object.fromEntries(Object.entries(all).map(([status, response]) => [status, toResponse(response)])),
  };
}

function toResponse({ description, schema, type = 'application/json' }: Response): Json {
  return { description, content: { [type]: schema === undefined ? {} : { schema: refTo(schema) } } };
}

function refTo(schema: string): Json {
  return { $ref: `#/components/schemas/${schema}` };
}
