/**
 * A small shop: one service for each thing that a cutover must carry over. All of them run one sample app, which reads
 * what it does from its environment: TARGET (its answer), ANSWER_MS, ANSWER_STATUS, ANSWER_BYTES, STARTUP_MS and
 * SHUTDOWN_MS.
 */
import type { DomainMappingProps, KnativeServiceProps } from 'zeroshift/constructs/service';

/** The domain below which the shop answers: `cart.shop.example.com` is the service `cart` of the namespace `shop`. */
export const domain = 'example.com';

const namespace = 'shop';
const image = (name: string, version = '1.0') => `ghcr.io/zeroshift-examples/shop-${name}:${version}`;

/** How the sample app behaves: its answer, the milliseconds to it, and the milliseconds that it takes to start. */
const app = (target: string, answerMs: number, startupMs = 300) => ({
  TARGET: target,
  ANSWER_MS: String(answerMs),
  STARTUP_MS: String(startupMs),
});

const catalog = {
  name: 'catalog',
  namespace,
  scaling: { min: 1, max: 5 },
} satisfies Partial<KnativeServiceProps>;
const checkout = {
  name: 'checkout',
  namespace,
  scaling: { min: 1, max: 5 },
} satisfies Partial<KnativeServiceProps>;

/**
 * Earlier versions of services, to be applied and ready before `services` on a cluster that has never seen them: a
 * split names both revisions, and a revision comes only from the template that made it.
 */
export const history: readonly KnativeServiceProps[] = [
  { ...catalog, image: image('catalog', '1.0'), revisionName: 'catalog-v1', env: app('catalog v1', 10) },
  { ...checkout, image: image('checkout', '1.0'), revisionName: 'checkout-v1', env: app('checkout v1', 15) },
];

export const services: readonly KnativeServiceProps[] = [
  // At zero until somebody asks, and back there soon.
  {
    name: 'hello',
    namespace,
    image: image('hello'),
    env: app('hello', 5),
    scaling: { initial: 0, window: '6s', max: 3 },
  },
  // Warm: never fewer than two pods, and slow to give some up.
  {
    name: 'cart',
    namespace,
    image: image('cart'),
    env: app('cart', 8),
    scaling: { min: 2, max: 6, scaleDownDelay: '30s' },
  },
  // A canary: nine of ten requests to the old revision.
  {
    ...catalog,
    image: image('catalog', '2.0'),
    revisionName: 'catalog-v2',
    env: app('catalog v2', 12),
    traffic: [
      { revision: 'catalog-v1', percent: 90 },
      { revision: 'catalog-v2', percent: 10 },
    ],
  },
  // A candidate without traffic, reached at candidate-checkout.shop.example.com.
  {
    ...checkout,
    image: image('checkout', '2.0'),
    revisionName: 'checkout-v2',
    env: app('checkout v2', 15),
    traffic: [
      { revision: 'checkout-v1', percent: 100 },
      { revision: 'checkout-v2', tag: 'candidate', percent: 0 },
    ],
  },
  // One request at a time in each pod.
  {
    name: 'ledger',
    namespace,
    image: image('ledger'),
    env: app('ledger', 6),
    containerConcurrency: 1,
    scaling: { min: 2, max: 10 },
  },
  // Slow answers, and the time that they need.
  {
    name: 'reports',
    namespace,
    image: image('reports'),
    env: app('reports', 800),
    timeout: '30s',
    scaling: { min: 1, max: 5, target: 20 },
  },
  // The shop's own host name leads here.
  {
    name: 'front',
    namespace,
    image: image('front'),
    env: { ...app('front', 4), ANSWER_BYTES: '2048' },
    scaling: { min: 1, max: 5 },
  },
  // Scaled by requests a second.
  {
    name: 'search',
    namespace,
    image: image('search'),
    env: app('search', 20),
    scaling: { metric: 'rps', target: 50, min: 1, max: 5 },
  },
];

export const domainMappings: readonly DomainMappingProps[] = [
  { name: `www.${domain}`, namespace, service: 'front' },
];
