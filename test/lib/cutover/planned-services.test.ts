import { expect, it } from 'vitest';
import type { ClusterPort, Kind, KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { serviceChange, servicesOn } from '../../../lib/cutover/planned-services.ts';

const service = (namespace: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { namespace, name, ...more },
  status: {
    url: `http://${name}.${namespace}.example.com`,
    traffic: [{ url: `http://next-${name}.${namespace}.example.com` }],
  },
});
const mapping = (namespace: string, name: string, ref: object): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: { namespace, name },
  spec: { ref },
});
const holding = (...objects: readonly KubeObject[]): ClusterPort =>
  ({
    list: async function* ({ kind }: Kind) {
      yield* objects.filter((object) => object.kind === kind);
    },
  }) as unknown as ClusterPort;

it('names what is not the system’s in order, with every host that leads to it', async () => {
  const cluster = holding(
    service('shop', 'pay', { annotations: { 'zeroshift.dev/probe': 'false' } }),
    service('knative-serving', 'own'),
    service('shop', 'cart'),
    mapping('shop', 'cart.example.org', { kind: 'Service', name: 'cart' }),
    mapping('bank', 'other.example.org', { kind: 'Service', name: 'cart' }),
    mapping('shop', 'route.example.org', { kind: 'Route', name: 'cart' }),
  );
  expect(await servicesOn(cluster)).toEqual([
    {
      namespace: 'shop',
      name: 'cart',
      hosts: ['cart.shop.example.com', 'next-cart.shop.example.com', 'cart.example.org'],
    },
    {
      namespace: 'shop',
      name: 'pay',
      hosts: ['pay.shop.example.com', 'next-pay.shop.example.com'],
      probe: false,
    },
  ]);
});

it('tells what is other than planned, and not in which order hosts come', () => {
  const cart = { namespace: 'shop', name: 'cart', hosts: ['a', 'b'] };
  expect(serviceChange([cart], [{ ...cart, hosts: ['b', 'a'] }])).toBeUndefined();
  expect(serviceChange([cart], [])).toBe('has no service shop/cart any more');
  expect(serviceChange([], [cart])).toBe('has the new service shop/cart');
  expect(serviceChange([cart], [{ ...cart, hosts: ['a'] }])).toBe('answers for shop/cart on other hosts: a');
});
