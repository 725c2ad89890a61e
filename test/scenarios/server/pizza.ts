import { get, Grants, jsonOf, Once, page, post, type Site, type SiteReply, type SiteRequest } from './site.ts';

/** Tokens that the site accepts from everyone, as QuickPizza does. */
const PUBLIC_TOKEN = 'abcdef0123456789';
const DEFAULT_TOKEN = 'aaaaaaaaaaaaaaaa';
const INGREDIENTS = ['tomatoes', 'mozzarella', 'basil', 'olives', 'onions'];

/** Recommendations of pizzas, behind a login with a CSRF token. */
export const pizzaSite: Site = (ledger) => {
  const csrfTokens = new Grants<true>(ledger);
  const tokens = new Grants<true>(ledger);
  const pizzas = new Grants<{ readonly iteration: number }>(ledger);
  const names = new Once(ledger);
  const passwords = new Map([['default', '12345678']]);
  let ids = 0;

  const tokenOf = ({ headers }: SiteRequest): string => (headers.authorization ?? '').replace(/^token /i, '');

  const login = (request: SiteRequest): SiteReply => {
    const { username, password, csrf } = jsonOf(request);
    if (typeof csrf === 'string') {
      csrfTokens.spend(request, csrf, 'CSRF token');
      ledger.require(request.cookies.get('csrf_token') === csrf, request, 'the cookie is not the CSRF token');
    }
    if (passwords.get(String(username)) !== password) return { status: 401, body: { error: 'wrong password' } };
    return { body: { token: tokens.give(request, true, ledger.token().padStart(16, '0').slice(-16)) } };
  };

  const recommend = (request: SiteRequest): SiteReply => {
    const token = tokenOf(request);
    if (token !== PUBLIC_TOKEN) tokens.use(request, token, 'token');
    const { maxCaloriesPerSlice, mustBeVegetarian, excludedTools, customName } = jsonOf(request);
    const isTyped = typeof maxCaloriesPerSlice === 'number' && typeof mustBeVegetarian === 'boolean';
    ledger.require(customName !== undefined || isTyped, request, 'a restriction is text');
    ledger.require(customName !== undefined || Array.isArray(excludedTools), request, 'the tools are not a list');
    ids += 1;
    pizzas.give(request, { iteration: request.iteration }, String(ids));
    const name = (typeof customName === 'string' ? customName : 'margherita').slice(0, 64);
    return { body: { pizza: { id: ids, name, ingredients: INGREDIENTS.slice(ids % 3) } } };
  };

  const rate = (request: SiteRequest): SiteReply => {
    tokens.use(request, tokenOf(request), 'token');
    const { pizza_id: id, stars } = jsonOf(request);
    ledger.require(typeof id === 'number', request, 'the id is not a number');
    ledger.require(typeof stars === 'number' && stars >= 1 && stars <= 5, request, 'the stars are not 1 to 5');
    const pizza = pizzas.spend(request, String(id), 'pizza');
    ledger.require(Object.is(pizza?.iteration, request.iteration), request, 'the pizza of another iteration');
    return { status: 201, body: { id } };
  };

  const register = (request: SiteRequest): SiteReply => {
    const { username, password } = jsonOf(request);
    names.use(request, String(username), 'user name');
    ledger.require(String(username).length === 32, request, 'the name has not 32 characters');
    passwords.set(String(username), String(password));
    return { status: 201, body: { username } };
  };

  const authenticate = (request: SiteRequest): SiteReply => {
    if (tokenOf(request) !== DEFAULT_TOKEN) return { status: 401, body: { error: 'no such token' } };
    return { body: { id: 1, username: 'default' } };
  };

  return [
    get('/', () => page('QuickPizza', '<h1>Looking for a pizza?</h1>')),
    post('/api/csrf-token', (request) => {
      const token = csrfTokens.give(request, true);
      return { headers: { 'set-cookie': `csrf_token=${token}; Path=/; SameSite=Strict` } };
    }),
    post('/api/users', register),
    post('/api/users/token/login', login),
    post('/api/users/token/authenticate', authenticate),
    post('/api/pizza', recommend),
    post('/api/ratings', rate),
    get('/flip_coin.php', ({ iteration }) => page('Coin', iteration % 2 === 0 ? 'You won!' : 'You lost!')),
    get('/metrics', () => ({ body: '# HELP pizzas_total\n'.repeat(20) })),
  ];
};
