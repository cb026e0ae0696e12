import { lookAtMigration } from '../../doctor/look-migration.ts';
import { type Colour, colours } from '../../fleet/colour.ts';
import { type Problem, problemText, ZeroshiftError } from '../../messages/error.ts';
import type { CommandResults } from '../commands.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts, CutoverPorts, DoctorReading } from '../ports.ts';
import { isWhole } from './migrate-region.ts';
import { probeColour, reachEntrance } from './probe.ts';

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
  // The target has no services yet: any answer shows that there is a way to its gateways.
  const reached = await reachEntrance(facts.services, region[plan.to], ports.prober);
  if (reached !== undefined && reached.status === undefined)
    found.push({
      where: `probe of ${plan.to}`,
      value: `${reached.url} ${reached.error}`,
      allowed: 'any answer of its gateways',
    });
  const { results, movingNodes } = await asked(plan, facts, ports, region);
  for (const { check, where, value, limit, todo, verdict } of results)
    if (verdict === 'fail')
      found.push({
        where: `${check} of ${where}`,
        found: todo === undefined ? value : `${value}: ${todo}`,
        allowed: limit,
      });
  if (found.length > 0)
    // The journal keeps nothing but the message.
    throw new ZeroshiftError(
      `${facts.region} is not ready for a cutover: ${found.map(problemText).join('; ')}`,
      {
        code: 'cutover.preflight',
        source: 'outside',
        action: 'mend what is named, then resume',
      },
    );
  const others = results.filter(({ verdict }) => verdict !== 'pass');
  return {
    endpoints,
    ...(ports.doctor === undefined ? {} : { checks: { passed: results.length - others.length, others } }),
    ...(movingNodes ? { movingNodes } : {}),
  };
}

/** What the doctor says, and whether the migration that follows could begin. */
async function asked(
  plan: CutoverPlan,
  { region: name }: RegionFacts,
  { doctor, rules }: CutoverPorts,
  region: Readonly<Record<Colour, ColourPorts>>,
): Promise<DoctorReading> {
  if (doctor === undefined) return { results: [], movingNodes: false };
  const { from, to } = plan;
  const [source, target] = [region[from].cluster, region[to].cluster];
  const reading = await doctor.look(plan, name);
  if (!isWhole(source) || !isWhole(target)) return reading;
  const migration = await lookAtMigration({ region: name, from, to, source, target, rules: await rules() });
  return { ...reading, results: [...reading.results, migration] };
}
