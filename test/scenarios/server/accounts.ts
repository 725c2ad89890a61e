import { randomUUID } from 'node:crypto';
import {
  formOf,
  get,
  Grants,
  hidden,
  jsonOf,
  Once,
  page,
  post,
  redirect,
  type Site,
  type SiteReply,
  type SiteRequest,
} from './site.ts';

/** Users who are created, read and deleted by their creator, or registered with an address that may come once. */
export const usersSite: Site = (ledger) => {
  const users = new Grants<{ readonly username: string }>(ledger);
  const registered = new Grants<{ readonly password: string }>(ledger);
  const addresses = new Once(ledger);

  const register = (request: SiteRequest): SiteReply => {
    const body = jsonOf(request);
    const { email, password } = body;
    addresses.use(request, String(email), 'address');
    for (const name of ['first_name', 'last_name', 'address', 'city', 'country', 'postcode', 'phone', 'dob']) {
      ledger.require((body[name] ?? '') !== '', request, `no ${name}`);
    }
    registered.give(request, { password: String(password) }, String(email));
    return { status: 201, body: { id: randomUUID() } };
  };

  const login = (request: SiteRequest): SiteReply => {
    const { email, password } = jsonOf(request);
    const account = registered.spend(request, String(email), 'account');
    ledger.require(account?.password === password, request, 'the password of another account');
    return { body: { access_token: ledger.token() } };
  };

  return [
    post('/users', (request) => {
      const username = String(jsonOf(request)['username']);
      return { status: 201, body: { id: users.give(request, { username }), username } };
    }),
    post('/users/register', register),
    post('/users/login', login),
    get('/users/:id', (request) => ({ body: users.use(request, request.values[0], 'id') ?? {} })),
    {
      method: 'DELETE',
      pattern: '/users/:id',
      handle: (request) => {
        users.spend(request, request.values[0], 'id');
        return { status: 204, body: '' };
      },
    },
  ];
};

/** A login that keeps the address in a cookie, and a state that the client keeps in one. */
export const cookieSite: Site = (ledger) => {
  const logins = new Map<number, string>();

  return [
    post('/login', (request) => {
      const { email, password } = jsonOf(request);
      ledger.require(password === 'test-password-123', request, 'wrong password');
      logins.set(request.user, String(email));
      return {
        body: { success: true, email },
        headers: { 'set-cookie': `email=${encodeURIComponent(String(email))}; Path=/` },
      };
    }),
    get('/account', (request) => {
      const email = decodeURIComponent(request.cookies.get('email') ?? '');
      ledger.require(email === logins.get(request.user), request, `the cookie is ${email}`);
      return { body: { user: { email } } };
    }),
    post('/set-state', (request) => {
      ledger.require(request.cookies.has('state'), request, 'no state');
      ledger.require(request.cookies.has('email'), request, 'not logged in');
      return { body: 'OK' };
    }),
    get('/state', (request) => ({ body: { currentState: request.cookies.get('state') ?? null } })),
  ];
};

/** A login form with a token that is bound to a session cookie. */
export const signInSite: Site = (ledger) => {
  const sessions = new Grants<{ readonly token: string; isSignedIn: boolean }>(ledger);

  return [
    get('/sign-in', (request) => {
      const token = ledger.token();
      const session = sessions.give(request, { token, isSignedIn: false });
      const form = `<form action="/sign-in" method="post">${hidden('authenticity_token', token)}</form>`;
      return { ...page('Sign in', form), headers: { 'set-cookie': `session=${session}; Path=/; HttpOnly` } };
    }),
    post('/sign-in', (request) => {
      const form = formOf(request, ledger);
      const session = sessions.use(request, request.cookies.get('session'), 'session');
      ledger.require(session?.token === form.get('authenticity_token'), request, 'the token of another form');
      ledger.require(form.get('user[email]') === 'username', request, `the address is ${form.get('user[email]')}`);
      if (session !== undefined) session.isSignedIn = true;
      return redirect('/welcome');
    }),
    get('/welcome', (request) => {
      const session = sessions.use(request, request.cookies.get('session'), 'session');
      ledger.require(session?.isSignedIn === true, request, 'not signed in');
      return page('Welcome', 'welcome');
    }),
  ];
};

/** A login with credentials of which each may be used by one user, and a resource behind it. */
export const credentialsSite: Site = (ledger) => {
  const sessions = new Grants<string>(ledger);
  const names = new Once(ledger);

  return [
    post('/login', (request) => {
      const { username, password } = jsonOf(request);
      names.use(request, String(username), 'user name');
      ledger.require(password === `secret of ${String(username)}`, request, 'the password of another row');
      return { headers: { 'set-cookie': `session=${sessions.give(request, String(username))}; Path=/` } };
    }),
    get('/protected/resource', (request) => ({
      body: { owner: sessions.use(request, request.cookies.get('session'), 'session') },
    })),
  ];
};
