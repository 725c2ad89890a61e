import { createHash } from 'node:crypto';
import { get, Grants, jsonOf, post, type Site, type SiteReply, type SiteRequest } from './site.ts';
import { parseMultipart } from './multipart.ts';

/** A service that answers errors with status 200, as GraphQL does. */
export const graphqlSite: Site = (ledger) => {
  const users = new Grants<{ username: string; email: string }>(ledger);
  const issues = new Grants<true>(ledger);

  const answer = (request: SiteRequest): SiteReply => {
    const { query, variables } = jsonOf(request) as { query?: string; variables?: Readonly<Record<string, unknown>> };
    const text = String(query);
    const data = resolve(request, text, variables ?? {});
    if (data !== undefined) return { body: { data } };
    return { body: { errors: [{ message: `cannot resolve ${text.slice(0, 40)}` }] } };
  };

  const resolve = (request: SiteRequest, query: string, variables: Readonly<Record<string, unknown>>): unknown => {
    const id = String(variables['userId']);
    if (query.includes('createUser')) {
      const input = variables['createUserInput'] as { username: string; email: string };
      return { createUser: { id: users.give(request, { ...input }) } };
    }
    if (query.includes('updateUser')) {
      const user = users.use(request, id, 'user');
      return user && { updateUser: Object.assign(user, variables['updateUserInput']) };
    }
    if (query.includes('deleteUser')) return users.spend(request, id, 'user') && { deleteUser: { id } };
    if (query.includes('user(')) return users.use(request, id, 'user') && { user: users.use(request, id, 'user') };
    if (query.includes('issues(')) {
      const node = { id: issues.give(request, true), number: 1, title: 'first' };
      return { repository: { issues: { edges: [{ node }] } } };
    }
    const subject = /addReaction\(input: ?\{ ?subjectId: ?"([^"]*)"/.exec(query)?.[1];
    return subject === undefined ? undefined : issues.spend(request, subject, 'issue') && { addReaction: { subject } };
  };

  return [post('/', answer), post('/graphql', answer)];
};

/** Takes files, as parts of a form or as they are, and answers with their size and digest. */
export const uploadSite: Site = (ledger) => [
  post('/upload', (request) => {
    const parts = parseMultipart(request.headers['content-type'] ?? '', request.body);
    const file = parts.find(({ name }) => name === 'document');
    ledger.require(file?.filename !== undefined, request, 'no file');
    const content = file?.content ?? Buffer.alloc(0);
    return { body: { originalname: file?.filename, size: content.length, sha256: digest(content) } };
  }),
  {
    method: 'PUT',
    pattern: '/files/:name',
    handle: ({ body }) => ({ status: 201, body: { size: body.length, sha256: digest(body) } }),
  },
];

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Answers of a shop that has two steps, each with a field that tells success. */
export const confirmSite: Site = (ledger) => {
  const authenticated = new Set<number>();

  return [
    post('/authenticate', (request) => {
      authenticated.add(request.iteration);
      return { body: { message: `Welcome ${String(jsonOf(request)['username'])}!` } };
    }),
    post('/checkout/confirm', (request) => {
      ledger.require(authenticated.delete(request.iteration), request, 'not authenticated in this iteration');
      return { body: { orderId: 42 } };
    }),
  ];
};

/** Items and a profile behind a bearer token. */
export const bearerSite: Site = (ledger) => {
  const tokens = new Grants<{ name: string }>(ledger);
  const userOf = (request: SiteRequest): { name: string } | undefined => {
    const { authorization = '' } = request.headers;
    ledger.require(authorization.startsWith('Bearer '), request, 'no bearer token');
    return tokens.use(request, authorization.slice('Bearer '.length), 'token');
  };

  return [
    post('/api/auth/login', (request) => ({ body: { token: tokens.give(request, { name: 'first' }) } })),
    get('/api/items', (request) => {
      userOf(request);
      return { body: { items: [] } };
    }),
    post('/api/items', (request) => {
      userOf(request);
      ledger.require(jsonOf(request)['price'] === 50, request, 'the price is not 50');
      return { status: 201 };
    }),
    get('/api/user/profile', (request) => ({ body: userOf(request) })),
    {
      method: 'PUT',
      pattern: '/api/user/profile',
      handle: (request) => ({ body: Object.assign(userOf(request) ?? {}, jsonOf(request)) }),
    },
  ];
};
