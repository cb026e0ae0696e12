// Makes one plan in a process of its own, and says in one line of JSON what memory it took.
import { createKubernetesCluster } from '../../lib/clusters/index.ts';
import { sumsOf, takeMigrationPlan } from '../../lib/migration/plan/index.ts';

const [kubeconfig = ''] = process.argv.slice(2);
const portOf = (name: string) => createKubernetesCluster({ name, kubeconfig, context: name });

const began = performance.now();
const plan = await takeMigrationPlan({
  source: portOf('blue'),
  target: portOf('green'),
  context: { from: 'blue', to: 'green', region: 'eu-west-1' },
  release: { knative: '1.23.0', features: [] },
});
console.log(
  JSON.stringify({
    megabytes: process.resourceUsage().maxRSS / 1024,
    seconds: (performance.now() - began) / 1000,
    sums: sumsOf([plan]),
    left: plan.left.length,
    unread: plan.unread,
  }),
);
