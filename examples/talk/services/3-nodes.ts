import type { KnativeServiceProps } from 'zeroshift/constructs/service';

/**
 * "No choice of node": now the pods go where the machine is that they need, stay away from each other, and spread over
 * the zones.
 */
export const pictures: KnativeServiceProps = {
  name: 'pictures',
  namespace: 'talk',
  image: 'ghcr.io/zeroshift-examples/talk-pictures:1.0',
  // Only nodes of this kind …
  nodeSelector: { 'kubernetes.io/arch': 'amd64' },
  // … whose taint keeps others away …
  tolerations: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
  affinity: {
    nodes: {
      // … with one of two kinds of GPU, and rather not on a spot machine …
      require: [{ 'eks.amazonaws.com/instance-gpu-name': ['a10g', 't4'] }],
      prefer: [{ labels: { 'karpenter.sh/capacity-type': { not: 'spot' } }, weight: 80 }],
    },
    // … and rather not on a node that has a pod of this service already …
    apartFromPods: { prefer: [{ weight: 100 }] },
  },
  // … in all zones alike.
  topologySpread: [{ topologyKey: 'topology.kubernetes.io/zone' }],
  resources: { limits: { 'nvidia.com/gpu': '1' } },
};
