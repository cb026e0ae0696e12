import { expect, it } from 'vitest';
import { readRevisions } from '../../../lib/metrics/revision-traffic.ts';

it('tells revisions apart by the names of their clusters, over all gateways', () => {
  const gateway = (active: number, errors: number): string =>
    [
      `envoy_cluster_upstream_rq_active{envoy_cluster_name="shop/cart-00001"} ${active}`,
      `envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="shop/cart-00001"} 90`,
      `envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",envoy_cluster_name="shop/cart-00001"} ${errors}`,
      'envoy_cluster_upstream_rq_active{envoy_cluster_name="service_stats"} 7',
      'envoy_cluster_upstream_rq_active{envoy_cluster_name="shop/idle-00002"} 0',
    ].join('\n');
  expect(readRevisions([gateway(3, 10), gateway(4, 0)])).toEqual({
    'shop/cart-00001': { active: 7, requests: 190, errors: 10 },
    'shop/idle-00002': { active: 0, requests: 0, errors: 0 },
  });
  expect(() => readRevisions([gateway(Number.NaN, 0)])).toThrow('shop/cart-00001');
});
