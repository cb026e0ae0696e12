import type { KubeObject } from '../../lib/clusters/cluster-port.ts';

const namespace = 'shop';
const service = (name: string, template: object, traffic?: readonly object[]): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { template, ...(traffic === undefined ? {} : { traffic }) },
});
const containers = (image: string) => ({ containers: [{ image: `registry.example.com/${image}` }] });

/** What the live colour runs, in the order in which it came to be: one at zero, one warm, one split between revisions. */
export const simulatedServices: readonly (readonly KubeObject[])[] = [
  [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    service('hello', { spec: containers('hello:1') }),
    service('cart', {
      metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '2' } },
      spec: containers('cart:1'),
    }),
    service('catalog', { metadata: { name: 'catalog-v1' }, spec: containers('catalog:1') }),
  ],
  [
    service('catalog', { metadata: { name: 'catalog-v2' }, spec: containers('catalog:2') }, [
      { revisionName: 'catalog-v1', percent: 90 },
      { revisionName: 'catalog-v2', percent: 10, tag: 'next' },
    ]),
    {
      apiVersion: 'networking.internal.knative.dev/v1alpha1',
      kind: 'ClusterDomainClaim',
      metadata: { name: 'www.example.com' },
      spec: { namespace },
    },
    {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { name: 'www.example.com', namespace },
      spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'cart', namespace } },
    },
  ],
];

/** Fewer, for who only wants a cutover to have something to move: one that is warm, with a name of its own. */
export const fewServices: readonly (readonly KubeObject[])[] = [
  (simulatedServices[0] ?? []).filter(
    ({ kind, metadata: { name } }) => kind === 'Namespace' || name === 'cart',
  ),
];
