import { isDeepStrictEqual } from 'node:util';
import { formOf, get, Grants, jsonOf, page, post, type Site, type SiteReply, type SiteRequest } from './site.ts';

const NAMES = ['Pink Throwback Hip Bag', 'Light Brown Zip Tote', 'Gray Canvas Backpack', 'Brown Canvas Satchel'];

interface StoreSession {
  readonly products: readonly unknown[];
  cart: unknown;
}

/** A store with sessions in bodies, a token in a header, and products that come back as they were given. */
export const storeSite: Site = (ledger) => {
  const sessions = new Grants<StoreSession>(ledger);
  const tokens = new Grants<true>(ledger);
  /** Products that each user got last. */
  const shown = new Map<number, readonly unknown[]>();

  const list = (request: SiteRequest): SiteReply => {
    const search = request.query.get('search');
    const names = NAMES.filter((name) => search === null || name === search);
    ledger.require(names.length > 0, request, `nothing is called ${search}`);
    const products = names.map((name, id) => ({ id, name, price: `${9 + id}.50`, quantity: 1, user: request.user }));
    if (search === null) shown.set(request.user, products);
    return { body: { products } };
  };

  const order = (request: SiteRequest): SiteReply => {
    tokens.use(request, request.headers.authorization, 'token');
    const { sessionId, cart } = jsonOf(request);
    const session = sessions.use(request, String(sessionId), 'session');
    const [first] = shown.get(request.user) ?? [];
    ledger.require(isDeepStrictEqual(cart, [first]), request, `the cart has ${JSON.stringify(cart)}`);
    if (request.path === '/checkout') ledger.require(session?.cart !== undefined, request, 'nothing in the cart');
    if (session !== undefined) session.cart = request.path === '/cart' ? cart : undefined;
    return { body: { message: 'ok' } };
  };

  return [
    get('/', () => page('Store', 'welcome')),
    get('/login', () => page('Login', 'form')),
    get('/session', (request) => ({
      body: { sessionId: sessions.give(request, { products: [], cart: undefined }) },
    })),
    get('/products', list),
    post('/login', (request) => {
      const form = formOf(request, ledger);
      ledger.require(form.get('username') === 'admin', request, `user ${form.get('username')}`);
      ledger.require(form.get('password') === 'gatling & co', request, `password ${form.get('password')}`);
      return { body: { accessToken: tokens.give(request, true) } };
    }),
    post('/cart', order),
    post('/checkout', order),
  ];
};
