import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { WorkloadRule } from '../../lib/fleet/fleet.ts';

const metadata = (name: string) => ({ name, namespace: 'shop' });
const template = (app: string) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: app }] } });

/** What acts by itself on the live colour: one with pods, one with a schedule. */
export const simulatedSingletons: readonly KubeObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('worker'),
    spec: { replicas: 2, selector: { matchLabels: { app: 'worker' } }, template: template('worker') },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...metadata('report'), annotations: { 'zeroshift.dev/runs': 'singleton' } },
    spec: { schedule: '* * * * *', suspend: false, jobTemplate: { spec: { template: template('report') } } },
  },
];

/** The fleet's word; the other says it itself. */
export const simulatedRules: readonly WorkloadRule[] = [
  { kind: 'Deployment', namespace: 'shop', name: 'worker', runs: 'singleton' },
];
