import { formOf, get, post, redirect, type Site, type SiteReply, type SiteRequest } from './site.ts';

/** Answers with parts of the request, cookies, redirects and basic authentication. */
export const echoSite: Site = (ledger) => {
  const echo = (request: SiteRequest): SiteReply => {
    const { headers, query, body } = request;
    const isForm = body.length > 0 && (headers['content-type'] ?? '').includes('form');
    const isJson = (headers['content-type'] ?? '').includes('json');
    return {
      body: {
        args: Object.fromEntries(query),
        form: isForm ? lists(formOf(request, ledger)) : {},
        json: isJson ? JSON.parse(body.toString()) : null,
        headers: { 'X-Test': headers['x-test'] ?? null },
      },
    };
  };

  const setCookies = ({ query }: SiteRequest): SiteReply =>
    redirect('/cookies', 302, { 'set-cookie': [...query].map(([name, value]) => `${name}=${value}; Path=/`) });

  const showCookies = (request: SiteRequest): SiteReply => {
    const owner = request.cookies.get('owner');
    ledger.require(owner === undefined || owner === String(request.user), request, `the cookie of user ${owner}`);
    return { body: { cookies: Object.fromEntries(request.cookies) } };
  };

  const follow = ({ values: [left] }: SiteRequest): SiteReply =>
    redirect(Number(left) <= 1 ? '/get' : `/redirect/${Number(left) - 1}`);

  const authenticate = ({ headers, values: [user, password] }: SiteRequest): SiteReply => {
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (headers.authorization !== expected) return { status: 401, body: { authenticated: false } };
    return { body: { authenticated: true, user } };
  };

  return [
    get('/get', echo),
    post('/post', echo),
    { method: 'PUT', pattern: '/put', handle: echo },
    { method: 'PATCH', pattern: '/patch', handle: echo },
    { method: 'DELETE', pattern: '/delete', handle: echo },
    get('/cookies', showCookies),
    get('/cookies/set', setCookies),
    get('/redirect/:left', follow),
    get('/basic-auth/:user/:password', authenticate),
  ];
};

/** Fields of a form; a field that comes several times is a list. */
function lists(form: URLSearchParams): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}
