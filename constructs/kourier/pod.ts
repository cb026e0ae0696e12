import { k8s } from 'cdk8s-plus-27';
import type { ResourcesProps } from '../service/index.ts';

/** Where a part of Kourier runs, and with what. */
export interface PlacementProps {
  /** @default - upstream's for this part */
  readonly resources?: ResourcesProps;
  /** Labels of the nodes to run on. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints of nodes to put up with. @default - none */
  readonly tolerations?: readonly k8s.Toleration[];
}

/** The fields of a pod that say where it runs. */
export const placement = ({
  nodeSelector,
  tolerations,
}: PlacementProps): Pick<k8s.PodSpec, 'nodeSelector' | 'tolerations'> => ({
  ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
  ...(tolerations === undefined ? {} : { tolerations: [...tolerations] }),
});

const amounts = (given: Readonly<Record<string, string>> = {}): Record<string, k8s.Quantity> =>
  Object.fromEntries(
    Object.entries(given).map(([resource, amount]) => [resource, k8s.Quantity.fromString(amount)]),
  );

/** Resources as given, else as upstream has them. */
export const quantities = (
  given: ResourcesProps | undefined,
  upstream: ResourcesProps,
): k8s.ResourceRequirements => {
  const { requests, limits } = given ?? upstream;
  return { requests: amounts(requests), limits: amounts(limits) };
};

/** What every container of Kourier runs under. */
export const containerSecurity: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
