import { JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { field, quantities, restricted, servingMetadata } from './component.ts';
import { image, type Part, type Release } from './releases/index.ts';

export interface PostInstallJobsProps {
  readonly release: Release;
  /**
   * How the jobs get to the cluster. `create`: a new name each time, as upstream has them; server-side apply refuses
   * that. `apply`: named after the release, so that applying again changes nothing. `argo-cd`: the same names, and a
   * hook after each sync, which replaces the jobs of the sync before.
   * @default 'create'
   */
  readonly delivery?: 'create' | 'apply' | 'argo-cd';
}

/** The kinds whose objects are written again in the version that is stored now. */
const storedKinds = ['services', 'configurations', 'revisions', 'routes', 'domainmappings'];

const hook = {
  'argocd.argoproj.io/hook': 'PostSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
};

interface Job {
  readonly name: string;
  readonly component: string;
  /** Label of its pods. */
  readonly app: string;
  readonly part: Part;
  readonly container: Pick<k8s.Container, 'args' | 'env'>;
}

const jobs: readonly Job[] = [
  {
    name: 'storage-version-migration-serving',
    component: 'storage-version-migration-job',
    app: 'storage-version-migration-serving',
    part: 'migrate',
    container: { args: storedKinds.map((plural) => `${plural}.serving.knative.dev`) },
  },
  {
    name: 'cleanup-serving',
    component: 'cleanup-job',
    // Not the job's own name, yet what upstream has.
    app: 'cleanup-migration-serving',
    part: 'cleanup',
    container: { env: [field('SYSTEM_NAMESPACE', 'metadata.namespace')] },
  },
];

/**
 * The jobs that run once after an installation or an upgrade: one stores every object in the newest version, one takes
 * away what older releases left. They need the running controller, and go by themselves ten minutes after they ended.
 */
export class PostInstallJobs extends Construct {
  constructor(scope: Construct, id: string, props: PostInstallJobsProps) {
    super(scope, id);
    for (const job of jobs) this.add(job, props);
  }

  private add({ name, component, app, part, container }: Job, props: PostInstallJobsProps): void {
    const { release, delivery = 'create' } = props;
    const unique = `${name}-${release.version.replaceAll('.', '-')}`;
    const { labels, namespace } = servingMetadata(release, unique, component);
    const job = new k8s.KubeJob(this, name, {
      metadata: {
        name: unique,
        namespace,
        labels: { ...labels, app: name },
        ...(delivery === 'argo-cd' ? { annotations: hook } : {}),
      },
      spec: {
        ttlSecondsAfterFinished: 600,
        backoffLimit: 10,
        template: {
          metadata: { labels: { ...labels, app, 'sidecar.istio.io/inject': 'false' } },
          spec: {
            serviceAccountName: 'controller',
            restartPolicy: 'OnFailure',
            containers: [
              {
                name: part,
                image: image(release, part),
                resources: {
                  requests: quantities({ cpu: '100m', memory: '100Mi' }),
                  limits: quantities({ cpu: '1000m', memory: '1000Mi' }),
                },
                securityContext: restricted,
                ...container,
              },
            ],
          },
        },
      },
    });
    if (delivery === 'create')
      job.addJsonPatch(
        JsonPatch.remove('/metadata/name'),
        JsonPatch.add('/metadata/generateName', `${name}-`),
      );
  }
}
