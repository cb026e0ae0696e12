import { type Colour, colours } from '../../fleet/colour.ts';
import { type Problem, ZeroshiftError } from '../../messages/error.ts';
import type { CommandResults } from '../commands.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts, CutoverPorts } from '../ports.ts';
import { probeColour } from './probe.ts';

/**
 * Looks at everything that the cutover will need, before it changes anything.
 * @throws ZeroshiftError `cutover.preflight` with every finding at once
 */
export async function preflight(
  plan: CutoverPlan,
  facts: RegionFacts,
  ports: CutoverPorts,
  region: Readonly<Record<Colour, ColourPorts>>,
): Promise<CommandResults['preflight']> {
  const { endpoints } = await ports.traffic.readGroup(facts.endpointGroupArn);
  const found: Problem[] = [];
  for (const colour of colours) {
    const { cluster, metrics } = region[colour];
    // What throws here throws as it is: an API server that does not answer may answer at the next try.
    await cluster.ready();
    await metrics.gateways();
    const endpoint = endpoints.find(({ id }) => id === facts.entrances[colour]);
    if (endpoint?.health !== 'HEALTHY')
      found.push({
        where: `entrance of ${colour}`,
        value: endpoint?.health ?? 'not registered',
        allowed: 'HEALTHY',
      });
  }
  for (const probe of await probeColour(facts.services, region[plan.from], ports.prober))
    if (!probe.ok)
      found.push({
        where: `probe of ${plan.from}`,
        value: `${probe.url} ${probe.status ?? probe.error}`,
        allowed: 'an answer below 500',
      });
  if (found.length > 0)
    throw new ZeroshiftError(`${facts.region} is not ready for a cutover`, {
      code: 'cutover.preflight',
      source: 'outside',
      problems: found,
      action: 'mend what is named, then resume',
    });
  return { endpoints };
}
