import type { ClusterFacts } from '../../../lib/doctor/cluster-facts.ts';
import { examine, type RegionFactsRead } from '../../../lib/doctor/index.ts';
import { awsFacts, clusterFacts, notPassed } from './facts.ts';

export const from = Date.parse('2026-11-24T12:00:00Z');
export const hour = 3_600_000;
export const window = { from, to: from + 3 * hour, length: '3h' };
export const region = (over: Partial<RegionFactsRead> = {}): RegionFactsRead => ({
  region: 'eu-west-1',
  from: 'blue',
  to: 'green',
  clusters: { blue: clusterFacts(), green: clusterFacts() },
  aws: { known: awsFacts() },
  names: { blue: 'shop-blue', green: 'shop-green' },
  least: { blue: '1.34', green: '1.34' },
  window,
  endpoint: 'https://BLUE.gr7.eu-west-1.eks.amazonaws.com',
  ...over,
});
export const green = (over: Partial<ClusterFacts>): string[] =>
  notPassed(examine(region({ clusters: { blue: clusterFacts(), green: clusterFacts(over) } }))).filter(
    (text) => !text.includes('api-callers'),
  );
export const blue = (over: Partial<ClusterFacts>): string[] =>
  notPassed(examine(region({ clusters: { blue: clusterFacts(over), green: clusterFacts() } }))).filter(
    (text) => !text.includes('api-callers'),
  );
export const known = <T>(value: T) => ({ known: value });
export const workloads = (over: object) => {
  const { workloads: usual } = clusterFacts();
  return { workloads: known({ ...('known' in usual ? usual.known : {}), ...over }) } as Partial<ClusterFacts>;
};
