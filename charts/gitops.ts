import { Yaml } from 'cdk8s';
import { colours } from '../lib/fleet/colour.ts';
import type { Fleet, GitOpsDefinition } from '../lib/fleet/index.ts';
// The room's door would load the CDK.
import { stackNames } from '../lib/stacks/names.ts';
import { singletonFields } from './singletons.ts';

/** The file's name, beside the folders of the colours. */
export const applicationSetFile = 'applicationset.yaml';

/** Fields that a cluster fills in by itself, and that Argo CD shall not put back. */
const filledIn = [
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) => ({
    group: 'admissionregistration.k8s.io',
    kind,
    jqPathExpressions: [
      '.webhooks[]?.clientConfig.caBundle',
      '.webhooks[]?.rules',
      '.webhooks[]?.namespaceSelector',
    ],
  })),
  {
    group: 'rbac.authorization.k8s.io',
    kind: 'ClusterRole',
    jqPathExpressions: ['select(.aggregationRule != null) | .rules'],
  },
];

/**
 * An ApplicationSet of Argo CD: one Application for each colour and region. Clusters are known to Argo CD by the names of
 * their colours' stacks, such as `shop-eu-west-1-blue`. Nothing is pruned by itself: what left the definition may still
 * have traffic.
 */
export function applicationSet(fleet: Fleet, gitops: GitOpsDefinition): string {
  const { repository, path, revision, project, namespace } = gitops;
  const folder = path.replace(/^(\.\/)+|\/+$/g, '');
  return Yaml.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: fleet.name, namespace },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      // Argo CD shall not take a whole colour away because a line of a list went.
      syncPolicy: { preserveResourcesOnDeletion: true },
      generators: [
        {
          list: {
            elements: fleet.regions.flatMap(({ name: region }) =>
              colours.map((colour) => ({
                cluster: stackNames.colour(fleet, region, colour),
                colour,
                region,
              })),
            ),
          },
        },
      ],
      template: {
        metadata: {
          name: '{{.cluster}}',
          labels: {
            'zeroshift.dev/fleet': fleet.name,
            'zeroshift.dev/colour': '{{.colour}}',
            'zeroshift.dev/region': '{{.region}}',
          },
        },
        spec: {
          project,
          source: {
            repoURL: repository,
            targetRevision: revision,
            path: folder === '' || folder === '.' ? '{{.colour}}' : `${folder}/{{.colour}}`,
          },
          destination: { name: '{{.cluster}}' },
          syncPolicy: {
            automated: { prune: false },
            syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
            // The webhook may not answer yet when the first services come.
            retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
          },
          ignoreDifferences: [...filledIn, ...singletonFields(fleet)],
        },
      },
    },
  });
}
