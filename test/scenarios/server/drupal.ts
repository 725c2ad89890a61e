import {
  formOf,
  get,
  Grants,
  hidden,
  type Ledger,
  page,
  post,
  redirect,
  type Site,
  type SiteReply,
  type SiteRequest,
} from './site.ts';

/** Steps of the checkout after the cart, in order. */
const STEPS = ['', '/shipping', '/review'];

interface Login {
  readonly name: string;
  readonly cart: string[];
  /** Steps of the checkout that are complete. */
  step: number;
  checkout: string;
}

/** Forms of which each is valid once, for the user who got it. */
class Forms {
  readonly #ids: Grants<string>;
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#ids = new Grants(ledger);
  }

  render(request: SiteRequest, action: string, fields = ''): string {
    const id = hidden('form_build_id', this.#ids.give(request, action));
    return `<form action="${action}" method="post">\n${id}\n${hidden('form_id', `form_${action}`)}\n${fields}\n</form>`;
  }

  /** Fields of a form that came back. */
  read(request: SiteRequest): URLSearchParams {
    const form = formOf(request, this.#ledger);
    const action = this.#ids.spend(request, form.get('form_build_id') ?? undefined, 'form');
    this.#ledger.require(action === request.path, request, `the form of ${action}`);
    this.#ledger.require(form.get('form_id') === `form_${action}`, request, `the form id ${form.get('form_id')}`);
    return form;
  }
}

/** A shop of pages: hidden fields in every form, and a checkout of several pages at a path of its own. */
export const drupalSite: Site = (ledger) => {
  const forms = new Forms(ledger);
  const sessions = new Grants<Login>(ledger);
  let checkouts = 0;

  const loginOf = (request: SiteRequest): Login => {
    const login = sessions.use(request, request.cookies.get('SESS'), 'session');
    if (login === undefined) throw new Error('not logged in');
    return login;
  };

  const logIn = (request: SiteRequest): SiteReply => {
    const form = forms.read(request);
    const name = form.get('name') ?? '';
    ledger.require(form.get('pass') === `${name}-pass`, request, `the password of ${name}`);
    const session = sessions.give(request, { name, cart: [], step: 0, checkout: '' });
    return redirect(`/users/${name}`, 302, { 'set-cookie': `SESS=${session}; Path=/; HttpOnly` });
  };

  const addToCart = (request: SiteRequest): SiteReply => {
    const form = forms.read(request);
    ledger.require(form.get('product_id') === request.values[0], request, `product ${form.get('product_id')}`);
    loginOf(request).cart.push(request.values[0] ?? '');
    return page('Cart', 'Item successfully added to your cart');
  };

  const startCheckout = (request: SiteRequest): SiteReply => {
    forms.read(request);
    const login = loginOf(request);
    checkouts += 1;
    login.step = 0;
    login.checkout = `/checkout/${checkouts}`;
    return redirect(login.checkout);
  };

  /** Page of a step of the checkout: a form, or the end. */
  const showStep = (request: SiteRequest): SiteReply => {
    const login = loginOf(request);
    const step = request.path.slice(login.checkout.length);
    ledger.require(request.path.startsWith(login.checkout), request, `the checkout of the user is ${login.checkout}`);
    if (step === '/payment') return redirect(`${login.checkout}/complete`);
    if (step !== '/complete') return page('Checkout', forms.render(request, request.path));
    ledger.require(login.step === STEPS.length && login.cart.length > 0, request, `complete after ${login.step} steps`);
    login.cart.splice(0);
    return page('Checkout', '<h1>Checkout complete</h1>');
  };

  const submitStep = (request: SiteRequest): SiteReply => {
    forms.read(request);
    const login = loginOf(request);
    const step = request.path.slice(login.checkout.length);
    ledger.require(STEPS[login.step] === step, request, `step ${step} after ${login.step}`);
    login.step += 1;
    return redirect(`${login.checkout}${STEPS[login.step] ?? '/payment'}`);
  };

  const showCart = (request: SiteRequest): SiteReply => {
    const isEmpty = loginOf(request).cart.length === 0;
    return page('Shopping cart', isEmpty ? 'Your shopping cart is empty.' : forms.render(request, '/cart'));
  };

  const logOut = (request: SiteRequest): SiteReply => {
    sessions.spend(request, request.cookies.get('SESS'), 'session');
    return {
      ...page('Bye', '<a href="/user/login">Log in</a>'),
      headers: { 'set-cookie': 'SESS=; Path=/; Max-Age=0' },
    };
  };

  return [
    get('/', () => page('Welcome to the shop', 'products')),
    get('/static/:file', () => ({ body: 'body{}' })),
    get('/user/login', (request) => page('User account', forms.render(request, '/user/login'))),
    post('/user/login', logIn),
    get('/users/:name', (request) => page(loginOf(request).name, 'account')),
    get('/collection/:name', (request) => page(`Collection ${request.values[0]}`, loginOf(request).name)),
    get('/product/:id', (request) => {
      const field = hidden('product_id', request.values[0] ?? '');
      return page(`Product ${request.values[0]}`, forms.render(request, request.path, field));
    }),
    post('/product/:id', addToCart),
    get('/cart', showCart),
    post('/cart', startCheckout),
    ...['/checkout/:id', '/checkout/:id/shipping', '/checkout/:id/review'].flatMap((pattern) => [
      get(pattern, showStep),
      post(pattern, submitStep),
    ]),
    ...['/checkout/:id/payment', '/checkout/:id/complete'].map((pattern) => get(pattern, showStep)),
    get('/user/logout', logOut),
  ];
};
