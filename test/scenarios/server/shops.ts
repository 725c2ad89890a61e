import {
  formOf,
  get,
  Grants,
  jsonOf,
  page,
  post,
  redirect,
  type Site,
  type SiteReply,
  type SiteRequest,
} from './site.ts';

interface Visit {
  readonly cart: { readonly product: string; readonly quantity: number }[];
  seen: string;
}

/** A boutique with a session cookie, a cart and a checkout, in forms. */
export const boutiqueSite: Site = (ledger) => {
  const sessions = new Grants<Visit>(ledger);

  const visitOf = (request: SiteRequest): Visit | undefined =>
    sessions.use(request, request.cookies.get('shop_session-id'), 'session');

  const add = (request: SiteRequest): SiteReply => {
    const form = formOf(request, ledger);
    const visit = visitOf(request);
    const product = form.get('product_id') ?? '';
    const quantity = Number(form.get('quantity'));
    ledger.require(visit?.seen === product, request, `added ${product} after seeing ${visit?.seen}`);
    ledger.require(Number.isInteger(quantity) && quantity >= 1 && quantity <= 10, request, `quantity ${quantity}`);
    visit?.cart.push({ product, quantity });
    return redirect('/cart');
  };

  const checkout = (request: SiteRequest): SiteReply => {
    const form = formOf(request, ledger);
    const visit = visitOf(request);
    ledger.require((visit?.cart.length ?? 0) > 0, request, 'the cart is empty');
    for (const name of ['email', 'street_address', 'zip_code', 'city', 'state', 'country', 'credit_card_number']) {
      ledger.require((form.get(name) ?? '') !== '', request, `no ${name}`);
    }
    ledger.require((form.get('email') ?? '').includes('@'), request, `the address is ${form.get('email')}`);
    visit?.cart.splice(0);
    return page('Order', 'Your order is complete!');
  };

  return [
    get('/', (request) => {
      if (request.cookies.has('shop_session-id')) visitOf(request);
      const session = request.cookies.get('shop_session-id') ?? sessions.give(request, { cart: [], seen: '' });
      return { ...page('Boutique', 'products'), headers: { 'set-cookie': `shop_session-id=${session}; Path=/` } };
    }),
    post('/setCurrency', (request) => {
      visitOf(request);
      const currency = formOf(request, ledger).get('currency_code') ?? '';
      ledger.require(/^(EUR|USD|JPY|CAD|GBP|TRY)$/.test(currency), request, `currency ${currency}`);
      return redirect('/', 302, { 'set-cookie': `shop_currency=${currency}; Path=/` });
    }),
    get('/product/:id', (request) => {
      const visit = visitOf(request);
      if (visit !== undefined) visit.seen = request.values[0] ?? '';
      return page('Product', request.values[0] ?? '');
    }),
    get('/cart', (request) => page('Cart', `${visitOf(request)?.cart.length} products`)),
    post('/cart', add),
    post('/cart/checkout', checkout),
  ];
};

const SOCKS = ['holy', 'colourful', 'crossed', 'nerd', 'classic', 'cat'].map((name, index) => ({
  id: `sock-${name}`,
  name,
  price: 10 + index * 30,
}));

interface Customer {
  readonly password: string;
  card: boolean;
  address: boolean;
  total: number;
}

/** A shop for socks: registration, basic authentication, catalogue, cart, orders with a limit of 100. */
export const sockSite: Site = (ledger) => {
  const customers = new Map<string, Customer>();
  const sessions = new Grants<Customer>(ledger);
  const customerOf = (request: SiteRequest): Customer | undefined =>
    sessions.use(request, request.cookies.get('logged_in'), 'login');

  const login = (request: SiteRequest): SiteReply => {
    const credentials = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const [username = '', password] = credentials.split(':');
    const customer = customers.get(username);
    ledger.require(customer !== undefined && customer.password === password, request, `wrong login of ${username}`);
    if (customer === undefined) return { status: 401, body: {} };
    return { headers: { 'set-cookie': `logged_in=${sessions.give(request, customer)}; Path=/` } };
  };

  const order = (request: SiteRequest): SiteReply => {
    const customer = customerOf(request);
    ledger.require(customer?.card === true && customer.address, request, 'no card or no address');
    const total = customer?.total ?? 0;
    ledger.require(total > 0, request, 'the cart is empty');
    if (customer !== undefined) customer.total = 0;
    if (total > 100) return { status: 406, body: { error: 'payment declined' } };
    return { status: 201, body: { id: ledger.token() } };
  };

  return [
    post('/register', (request) => {
      const { username, password } = jsonOf(request);
      ledger.require(!customers.has(String(username)), request, `${String(username)} exists`);
      customers.set(String(username), { password: String(password), card: false, address: false, total: 0 });
      return { body: { id: ledger.token() } };
    }),
    get('/login', login),
    get('/catalogue', () => ({ body: SOCKS })),
    post('/cards', (request) => {
      const customer = customerOf(request);
      if (customer !== undefined) customer.card = true;
      return { status: 201 };
    }),
    post('/addresses', (request) => {
      const customer = customerOf(request);
      if (customer !== undefined) customer.address = true;
      return { status: 201 };
    }),
    post('/cart', (request) => {
      const customer = customerOf(request);
      const sock = SOCKS.find(({ id }) => id === jsonOf(request)['id']);
      ledger.require(sock !== undefined, request, `no sock ${String(jsonOf(request)['id'])}`);
      if (customer !== undefined) customer.total += sock?.price ?? 0;
      return { status: 201 };
    }),
    post('/orders', order),
  ];
};
