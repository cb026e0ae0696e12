// Plans and applies one migration, in a process of its own, and says in one line of JSON what it took.
import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import { applyMigration } from '../../lib/migration/apply/index.ts';
import { sumsOf, takeMigrationPlan } from '../../lib/migration/plan/index.ts';
import { namespaceNames } from './objects.ts';

const [kubeconfig = '', run = ''] = process.argv.slice(2);
const portOf = (name: string) => createKubernetesCluster({ name, kubeconfig, context: name });
const [source, target] = [portOf('blue'), portOf('green')];

const began = performance.now();
const plan = await takeMigrationPlan({
  source,
  target,
  context: { from: 'blue', to: 'green', region: 'eu-west-1' },
  release: { knative: '1.23.0', features: [] },
  scope: { namespaces: namespaceNames(run) },
});
const planned = performance.now();
let atOnce = 0;
const result = await applyMigration({
  plan,
  source,
  target,
  onProgress: (progress) => {
    atOnce = Math.max(atOnce, progress.atOnce);
  },
});
const applied = performance.now();
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    planMs: planned - began,
    applyMs: applied - planned,
    cpuMs: (user + system) / 1000,
    atOnce,
    verdicts: sumsOf([plan]),
    outcomes: result.sums,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
