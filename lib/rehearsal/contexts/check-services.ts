import { serviceManifests } from '../../../charts/index.ts';
import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { Colour, Fleet } from '../../fleet/index.ts';
import type { Problem } from '../../messages/error.ts';
import {
  contextFrom,
  neededFeatures,
  type ValidationContext,
  validateObject,
} from '../../validation/index.ts';
import { earlierFleet } from '../seed-services.ts';
import { configMap } from './check-fitness.ts';

const judgedBy = ['config-autoscaler', 'config-defaults', 'config-features'] as const;

/**
 * What a cluster would refuse of the fleet's services as it is configured: features that are off, and what its webhook
 * would say. The fleet's own settings of Serving are not asked: they are not applied here.
 */
export async function serviceProblemsIn(
  cluster: ClusterPort,
  fleet: Fleet,
  colour: Colour,
  where: string,
): Promise<Problem[]> {
  const maps = await Promise.all(
    judgedBy.map(
      async (name): Promise<[string, unknown]> => [name, (await configMap(cluster, name))?.data ?? {}],
    ),
  );
  const context = contextFrom(new Map(maps), { release: fleet.colours[colour].knative });
  const objects = [...serviceManifests(fleet, colour), ...serviceManifests(earlierFleet(fleet), colour)];
  const found = objects
    .filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion.startsWith('serving.'))
    .flatMap((service) => {
      const { name, namespace } = service.metadata;
      const at = `${where}, Service ${namespace}/${name}`;
      const off = flagsOff(service.spec?.template?.spec ?? {}, context);
      if (off.length > 0)
        return off.map(
          (flag): Problem => ({
            where: at,
            value: `${flag} is off`,
            allowed: `config-features: ${flag}: enabled`,
          }),
        );
      return validateObject(service, context).errors.map(
        ({ field, value, allowed }): Problem => ({ where: `${at}.${field}`, value, allowed }),
      );
    });
  const texts = new Set<string>();
  return found.filter((problem) => {
    const text = JSON.stringify(problem);
    return !texts.has(text) && texts.add(text);
  });
}

const flagsOff = (spec: Readonly<Record<string, unknown>>, context: ValidationContext) =>
  neededFeatures(spec).filter((flag) => context.feature(flag) === 'disabled');

/** Domains below which each cluster gives its services their hosts: with others, clients of one are strangers at the other. */
export async function domainProblems(
  clusters: Readonly<Record<Colour, ClusterPort>>,
  names: Readonly<Record<Colour, string>>,
): Promise<Problem[]> {
  const domains = async (colour: Colour): Promise<string> => {
    const data: Record<string, string> = (await configMap(clusters[colour], 'config-domain'))?.data ?? {};
    return Object.keys(data)
      .filter((key) => key !== '_example')
      .sort()
      .join(', ');
  };
  const [blue, green] = await Promise.all([domains('blue'), domains('green')]);
  if (blue === green) return [];
  return [
    {
      where: `${names.green}, ConfigMap knative-serving/config-domain`,
      value: green,
      allowed: `the domains of ${names.blue}: ${blue || 'none'}`,
    },
  ];
}
