import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import type { Colour } from '../../lib/fleet/index.ts';
import { conformance } from '../conformance/suite/index.ts';
import { connectApi, gatewaysOf, sharedKubeconfig } from './index.ts';
import { clusters, onClusters } from './on-clusters.ts';

/** The suite that the rehearsal's cluster has to pass, on one of the lane's. */
export function conformanceOf(colour: Colour): void {
  onClusters('the suite of the rehearsal', () => {
    conformance(`the lane's ${colour}`, async () => {
      const api = connectApi(clusters()[colour].access);
      const [gateway = ''] = await gatewaysOf(api).finally(() => api.close());
      return {
        name: colour,
        port: createKubernetesCluster({ name: colour, kubeconfig: sharedKubeconfig(), context: colour }),
        gateway: gateway.replace('http://', ''),
        image: '10.98.0.1:5000/app:lane',
        close: async () => {},
      };
    });
  });
}
