import type { DomainMappingProps, KnativeServiceProps } from 'zeroshift/constructs/service';

/** Typed: mistakes show in the editor. */
export const orders: KnativeServiceProps = {
  name: 'orders',
  namespace: 'orders',
  image: 'ghcr.io/zeroshift-examples/dual-orders:1.0',
  env: { TARGET: 'orders', ANSWER_MS: '10' },
  scaling: { min: 1, max: 5 },
};

export const host: DomainMappingProps = {
  name: 'orders.example.org',
  namespace: 'orders',
  service: 'orders',
};
