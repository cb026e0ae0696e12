import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { Evidence, Warning } from '../../../../lib/migration/verify/evidence.ts';
import type { Family } from '../../../../lib/migration/verify/family.ts';
import { whyMappingNotReady, whyNotReady } from '../../../../lib/migration/verify/why-not-ready.ts';

const serving = 'serving.knative.dev/v1';
const namespace = 'shop';

type Status = 'True' | 'False' | 'Unknown';
const condition = (type: string, status: Status, reason?: string, message?: string) => ({
  type,
  status,
  lastTransitionTime: '2026-11-24T06:12:03Z',
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message }),
});
const object = (kind: string, name: string, conditions: object[], more: object = {}): KubeObject => ({
  apiVersion: serving,
  kind,
  metadata: { name, namespace, generation: 3 },
  status: { observedGeneration: 3, conditions, ...more },
});

const latest = 'cart-00003';
const revision = (...conditions: object[]): KubeObject => object('Revision', latest, conditions);
const service = (...conditions: object[]): KubeObject =>
  object('Service', 'cart', conditions, { latestCreatedRevisionName: latest });

const pod = (status: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${latest}-deployment-6d5f7c9b8-x2x7k`,
    namespace,
    labels: { 'serving.knative.dev/revision': latest, 'serving.knative.dev/configuration': 'cart' },
  },
  status,
});
const container = (more: object) => ({
  containerStatuses: [
    { name: 'queue-proxy', ready: false, restartCount: 0, state: { running: {} } },
    { name: 'app', ready: false, restartCount: 0, image: 'ghcr.io/acme/cart:3', ...more },
  ],
});

const why = (parts: {
  service?: KubeObject;
  configuration?: KubeObject;
  revisions?: KubeObject[];
  route?: KubeObject;
  pods?: KubeObject[];
  warnings?: Warning[];
}): string => {
  const head =
    parts.service ?? service(condition('ConfigurationsReady', 'Unknown'), condition('Ready', 'Unknown'));
  const family: Family = {
    kind: 'Service',
    head,
    ...(parts.configuration === undefined ? {} : { configuration: parts.configuration }),
    revisions: parts.revisions ?? [],
    mappings: [],
  };
  const evidence: Evidence = {
    ...(parts.route === undefined ? {} : { route: parts.route }),
    pods: parts.pods ?? [],
    warnings: parts.warnings ?? [],
  };
  return whyNotReady(family, evidence);
};

const deploying = revision(
  condition('Active', 'Unknown', 'Deploying'),
  condition('ContainerHealthy', 'Unknown', 'Deploying'),
  condition('Ready', 'Unknown', 'Deploying'),
  condition('ResourcesAvailable', 'Unknown', 'Deploying'),
);
const warning = (kind: string, name: string, reason: string, message: string): Warning => ({
  kind,
  name,
  reason,
  message,
});

const unresolved =
  'Unable to fetch image "ghcr.io/acme/cart:3": failed to resolve image to digest: HEAD https://ghcr.io/v2/acme/cart/manifests/3: unexpected status code 404 Not Found (HEAD responses have no body, use GET for details)';
const noRoom =
  'pods "cart-00003-deployment-6d5f7c9b8-" is forbidden: exceeded quota: compute, requested: requests.cpu=2, used: requests.cpu=7, limited: requests.cpu=8';

it.each<[string, Parameters<typeof why>[0], string]>([
  [
    'an image that is not in the registry',
    {
      revisions: [
        revision(
          condition('ContainerHealthy', 'False', 'ContainerMissing', unresolved),
          condition('Ready', 'False', 'ContainerMissing', unresolved),
        ),
      ],
    },
    'revision cart-00003: its image ghcr.io/acme/cart:3 cannot be pulled: HEAD https://ghcr.io/v2/acme/cart/manifests/3: unexpected status code 404 Not Found (HEAD responses have no body, use GET for details)',
  ],
  [
    'an image that the node may not pull, while its revision still waits',
    {
      revisions: [deploying],
      pods: [
        pod(
          container({
            state: {
              waiting: {
                reason: 'ImagePullBackOff',
                message:
                  'Back-off pulling image "ghcr.io/acme/cart:3": ErrImagePull: failed to pull and unpack image: 403 Forbidden',
              },
            },
          }),
        ),
      ],
    },
    'revision cart-00003: its image ghcr.io/acme/cart:3 cannot be pulled: failed to pull and unpack image: 403 Forbidden',
  ],
  [
    'a quota, by the warnings of a ReplicaSet, while its revision still waits',
    {
      revisions: [deploying],
      warnings: [
        warning('ReplicaSet', 'other-00001-deployment-1', 'FailedCreate', 'pods "x" is forbidden: no'),
        warning('ReplicaSet', 'cart-00003-deployment-6d5f7c9b8', 'FailedCreate', noRoom),
      ],
    },
    'revision cart-00003: a quota of its namespace has no room for its pods: compute, requested: requests.cpu=2, used: requests.cpu=7, limited: requests.cpu=8',
  ],
  [
    'a quota, by the revision itself',
    {
      revisions: [
        revision(
          condition('ResourcesAvailable', 'False', 'FailedCreate', noRoom),
          condition('Ready', 'False', 'FailedCreate', noRoom),
        ),
      ],
    },
    'revision cart-00003: a quota of its namespace has no room for its pods: compute, requested: requests.cpu=2, used: requests.cpu=7, limited: requests.cpu=8',
  ],
  [
    'pods that are not admitted',
    {
      revisions: [
        revision(
          condition(
            'ResourcesAvailable',
            'False',
            'FailedCreate',
            'pods "cart-00003-deployment-6d5f7c9b8-9xk2p" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
          ),
        ),
      ],
    },
    'revision cart-00003: its pods are refused: violates PodSecurity "restricted:latest": runAsNonRoot != true',
  ],
  [
    'no node that would do',
    {
      revisions: [
        revision(
          condition('ResourcesAvailable', 'False', 'Unschedulable', 'x'),
          condition('Ready', 'False', 'Unschedulable', 'x'),
        ),
      ],
      pods: [
        pod({
          conditions: [
            condition(
              'PodScheduled',
              'False',
              'Unschedulable',
              '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available.',
            ),
          ],
        }),
      ],
    },
    'revision cart-00003: no node takes its pod: 0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available',
  ],
  [
    'a container that crashes, without its own words',
    {
      revisions: [deploying],
      pods: [
        pod(
          container({
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'password=hunter2' } },
          }),
        ),
      ],
    },
    'revision cart-00003: its container app ends with exit code 137 (OOMKilled, restarted 4 times)',
  ],
  [
    'a container that crashed, by the revision alone, without its own words',
    {
      revisions: [
        revision(
          condition('ContainerHealthy', 'False', 'ExitCode1', 'Container failed with: password=hunter2'),
          condition('Ready', 'False', 'ExitCode1', 'Container failed with: password=hunter2'),
        ),
      ],
    },
    'revision cart-00003: its container ends with exit code 1',
  ],
  [
    'a container that crashed, by the Configuration alone, without its own words',
    {
      configuration: object('Configuration', 'cart', [
        condition(
          'Ready',
          'False',
          'RevisionFailed',
          'Revision "cart-00003" failed with message: Container failed with: password=hunter2.',
        ),
      ]),
    },
    'Revision "cart-00003" failed with message: its container ended',
  ],
  [
    'a Secret that did not come along',
    {
      revisions: [deploying],
      pods: [
        pod(
          container({
            state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "db" not found' } },
          }),
        ),
      ],
    },
    'revision cart-00003: its container app cannot be started: secret "db" not found',
  ],
  [
    'a volume that cannot be mounted',
    {
      revisions: [deploying],
      pods: [pod({})],
      warnings: [
        warning(
          'Pod',
          `${latest}-deployment-6d5f7c9b8-x2x7k`,
          'FailedMount',
          'MountVolume.SetUp failed for volume "config" : configmap "cart" not found',
        ),
      ],
    },
    'revision cart-00003: a volume of its pod cannot be mounted: MountVolume.SetUp failed for volume "config" : configmap "cart" not found',
  ],
  [
    'a probe that fails until the deadline',
    {
      revisions: [
        revision(
          condition(
            'ResourcesAvailable',
            'False',
            'ProgressDeadlineExceeded',
            'ReplicaSet "cart-00003-deployment-6d5f7c9b8" has timed out progressing.',
          ),
        ),
      ],
      pods: [pod({})],
      warnings: [
        warning(
          'Pod',
          `${latest}-deployment-6d5f7c9b8-x2x7k`,
          'Unhealthy',
          'Readiness probe failed: HTTP probe failed with statuscode: 503',
        ),
      ],
    },
    'revision cart-00003: its container does not become ready: HTTP probe failed with statuscode: 503',
  ],
  [
    'a progress deadline of which nothing more is known',
    {
      revisions: [
        revision(
          condition(
            'ResourcesAvailable',
            'False',
            'ProgressDeadlineExceeded',
            'Initial scale was never achieved',
          ),
        ),
      ],
    },
    'revision cart-00003: none of its pods became ready within its progress deadline',
  ],
  ['pods that start', { revisions: [deploying] }, 'revision cart-00003: its pods are still starting'],
  [
    'an ingress that nobody has taken',
    {
      revisions: [revision(condition('Ready', 'True'))],
      service: service(
        condition('ConfigurationsReady', 'True'),
        condition('Ready', 'Unknown', 'OutOfDate', 'The Route is still working.'),
        condition('RoutesReady', 'Unknown', 'OutOfDate', 'The Route is still working.'),
      ),
      route: object('Route', 'cart', [
        condition('AllTrafficAssigned', 'True'),
        condition('CertificateProvisioned', 'True', 'TLSNotEnabled'),
        condition('IngressReady', 'Unknown', 'IngressNotConfigured', 'Ingress has not yet been reconciled.'),
        condition('Ready', 'Unknown', 'IngressNotConfigured', 'Ingress has not yet been reconciled.'),
      ]),
    },
    'its ingress is not configured: no ingress controller has taken it yet',
  ],
  [
    'a certificate that is not issued',
    {
      service: service(condition('RoutesReady', 'Unknown', 'CertificateNotReady', 'x')),
      route: object('Route', 'cart', [
        condition('AllTrafficAssigned', 'True'),
        condition('IngressReady', 'Unknown', 'Uninitialized', 'Waiting for load balancer to be ready'),
        condition(
          'CertificateProvisioned',
          'Unknown',
          'CertificateNotReady',
          'Certificate route-8c2b is not ready: InProgress',
        ),
      ]),
    },
    'its certificate is not there yet: route-8c2b: InProgress',
  ],
  [
    'a certificate that fails',
    {
      route: object('Route', 'cart', [
        condition(
          'CertificateProvisioned',
          'False',
          'CertificateProvisionFailed',
          'Certificate route-8c2b fails to be provisioned: OrderFailed',
        ),
      ]),
    },
    'its certificate cannot be issued: route-8c2b: OrderFailed',
  ],
  [
    'traffic to a revision that is not there',
    {
      route: object('Route', 'cart', [
        condition(
          'AllTrafficAssigned',
          'False',
          'RevisionMissing',
          'Revision "cart-v1" referenced in traffic not found.',
        ),
        condition('IngressReady', 'Unknown', 'IngressNotConfigured', 'Ingress has not yet been reconciled.'),
      ]),
    },
    'its traffic leads nowhere yet: Revision "cart-v1" referenced in traffic not found',
  ],
  [
    'a Configuration of somebody else',
    {
      service: service(
        condition(
          'ConfigurationsReady',
          'False',
          'NotOwned',
          'There is an existing Configuration "cart" that we do not own.',
        ),
        condition(
          'Ready',
          'False',
          'NotOwned',
          'There is an existing Configuration "cart" that we do not own.',
        ),
      ),
    },
    'somebody else has an object that it needs: There is an existing Configuration "cart" that we do not own',
  ],
  [
    'a generation that nobody has seen',
    {
      service: {
        ...service(condition('Ready', 'True')),
        metadata: { name: 'cart', namespace, generation: 4 },
      },
    },
    'its controller has not seen its latest change: generation 4, seen 3',
  ],
  [
    'nobody who looks',
    { service: { apiVersion: serving, kind: 'Service', metadata: { name: 'cart', generation: 1 } } },
    'no controller has looked at it yet',
  ],
  [
    'a warning of the service itself, where nothing else is said',
    {
      service: { apiVersion: serving, kind: 'Service', metadata: { name: 'cart', generation: 1 } },
      warnings: [warning('Service', 'cart', 'InternalError', 'failed to create Configuration: denied.\nx')],
    },
    'InternalError: failed to create Configuration: denied',
  ],
  [
    'its end',
    {
      service: {
        ...service(condition('Ready', 'True')),
        metadata: { name: 'cart', generation: 3, deletionTimestamp: '2026-11-24T06:12:03Z' },
      },
    },
    'it is being deleted',
  ],
  [
    'a reason that is not known here',
    { service: service(condition('RoutesReady', 'False', 'MeteorStrike', 'The data centre is gone.')) },
    'RoutesReady is False: MeteorStrike: The data centre is gone',
  ],
])('says why a service is not ready: %s', (_, parts, sentence) => {
  expect(why(parts)).toBe(sentence);
});

it.each([
  [
    condition('DomainClaimed', 'False', 'DomainAlreadyClaimed', 'The domain name is already in use'),
    'another namespace holds the claim on this host',
  ],
  [
    condition('ReferenceResolved', 'False', 'ResolveFailed', 'services.serving.knative.dev "cart" not found'),
    'what it leads to is not there: services.serving.knative.dev "cart" not found',
  ],
])('says why a mapping is not ready: %o', (given, sentence) => {
  const mapping = object('DomainMapping', 'www.example.com', [
    condition('IngressReady', 'Unknown'),
    condition('Ready', 'Unknown'),
    given,
  ]);
  expect(whyMappingNotReady(mapping)).toBe(sentence);
});
