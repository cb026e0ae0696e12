import type { Colour, Locator } from '../../fleet/index.ts';
import type { AcceleratorInfo, ClusterInfo } from './parts.ts';

/** The locator that leads to the parts of a world. */
export function locatorOf(
  fleet: string,
  region: string,
  accelerator: AcceleratorInfo,
  clusters: Readonly<Record<Colour, ClusterInfo>>,
): Locator {
  const colour = ({ name, kubeconfig, context, entrance }: ClusterInfo) => ({
    cluster: { name, kubeconfig, context },
    entrance: {
      arn: entrance.arn,
      addresses: entrance.addresses,
      ...(entrance.controlPlane === undefined ? {} : { controlPlane: entrance.controlPlane }),
    },
  });
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet,
    accelerator: {
      arn: accelerator.acceleratorArn,
      listenerArn: accelerator.listenerArn,
      addresses: accelerator.addresses,
      controlPlane: accelerator.controlPlane,
    },
    regions: [
      {
        region,
        endpointGroupArn: accelerator.endpointGroupArn,
        colours: { blue: colour(clusters.blue), green: colour(clusters.green) },
      },
    ],
  };
}
