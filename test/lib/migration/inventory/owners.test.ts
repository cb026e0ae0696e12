import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { judge } from '../../../../lib/migration/inventory/fate.ts';
import {
  challengeOf,
  delivererOf,
  issuerOf,
  secretsMadeBy,
} from '../../../../lib/migration/inventory/owners.ts';

type Marks = {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: object[];
};

const object = (marks: Marks, apiVersion = 'apps/v1', kind = 'Deployment'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'shop', ...marks },
});
const helm = (name: string) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': 'shop' },
});
const tracking = (id: string) => ({ annotations: { 'argocd.argoproj.io/tracking-id': id } });
const flux = (group: string) => ({
  labels: {
    [`${group}.toolkit.fluxcd.io/name`]: 'apps',
    [`${group}.toolkit.fluxcd.io/namespace`]: 'flux-system',
  },
});

describe('who delivers an object', () => {
  it.each<[string, Marks, string | undefined]>([
    ['Argo CD by its annotation', tracking('shop:apps/Deployment:shop/web'), 'argo-cd: Application shop'],
    [
      'an id of something else that was copied',
      tracking('shop:serving.knative.dev/Service:shop/web'),
      undefined,
    ],
    ['an id of another name that was copied', tracking('shop:apps/Deployment:shop/api'), undefined],
    ['an id of another namespace', tracking('shop:apps/Deployment:test/web'), undefined],
    [
      'Argo CD by a label of its own',
      { labels: { 'argocd.argoproj.io/instance': 'shop' } },
      'argo-cd: Application shop',
    ],
    ['a label that everybody uses', { labels: { 'app.kubernetes.io/instance': 'shop' } }, undefined],
    [
      'that label where Argo CD wrote the object',
      { labels: { 'app.kubernetes.io/instance': 'shop' }, managedFields: [{ manager: 'argocd-controller' }] },
      'argo-cd: Application shop',
    ],
    [
      'that label where Argo CD only touched the status',
      {
        labels: { 'app.kubernetes.io/instance': 'shop' },
        managedFields: [{ manager: 'argocd-controller', subresource: 'status' }],
      },
      undefined,
    ],
    ['Flux by Kustomization', flux('kustomize'), 'flux: Kustomization flux-system/apps'],
    ['Flux by HelmRelease', flux('helm'), 'flux: HelmRelease flux-system/apps'],
    ['Helm', helm('cart'), 'helm: release shop/cart'],
    [
      "a chart's label that somebody else rendered",
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      undefined,
    ],
    [
      'Flux over the Helm that it runs',
      { ...helm('cart'), labels: { ...helm('cart').labels, ...flux('helm').labels } },
      'flux: HelmRelease flux-system/apps',
    ],
    ['nobody', { labels: { app: 'web' } }, undefined],
  ])('%s', (_, marks, expected) => {
    const owner = delivererOf(object(marks));
    expect(owner === undefined ? undefined : `${owner.tool}: ${owner.from}`).toBe(expected);
  });

  it('reads a tracking id of an object without a namespace, and of a name with colons', () => {
    const role: KubeObject = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: {
        name: 'shop:reader',
        ...tracking('shop:rbac.authorization.k8s.io/ClusterRole:argocd/shop:reader'),
      },
    };
    expect(delivererOf(role)).toMatchObject({ from: 'Application shop' });
  });

  it("knows Helm's own record of a release", () => {
    const secret = {
      ...object({ labels: { owner: 'helm', name: 'cart' } }, 'v1', 'Secret'),
      type: 'helm.sh/release.v1',
    };
    expect(judge(secret)).toMatchObject({
      fate: 'stays',
      reason: 'managed-by',
      owner: { from: 'release shop/cart' },
    });
  });
});

const secret = (marks: Marks & { ownerReferences?: object[] }): KubeObject => object(marks, 'v1', 'Secret');
const ownedBy = (apiVersion: string, kind: string) => [
  { apiVersion, kind, name: 'db', uid: 'u', controller: true },
];

describe('who makes a Secret', () => {
  it.each<[string, KubeObject, string | undefined]>([
    [
      'External Secrets, by its owner reference',
      secret({ ownerReferences: ownedBy('external-secrets.io/v1', 'ExternalSecret') }),
      'external-secrets: ExternalSecret shop/db',
    ],
    [
      'External Secrets, by its label alone',
      secret({ labels: { 'reconcile.external-secrets.io/managed': 'true' } }),
      'external-secrets: an ExternalSecret',
    ],
    [
      'External Secrets, though it copied the labels of its ExternalSecret',
      secret({ ...helm('cart'), ownerReferences: ownedBy('external-secrets.io/v1', 'ExternalSecret') }),
      'external-secrets: ExternalSecret shop/db',
    ],
    [
      'Sealed Secrets',
      secret({ ownerReferences: ownedBy('bitnami.com/v1alpha1', 'SealedSecret') }),
      'sealed-secrets: SealedSecret shop/db',
    ],
    [
      'cert-manager, which sets no owner reference',
      secret({ annotations: { 'cert-manager.io/certificate-name': 'web-tls' } }),
      'cert-manager: Certificate shop/web-tls',
    ],
    [
      'the Secrets Store driver, whose Secrets belong to a ReplicaSet',
      secret({
        labels: { 'secrets-store.csi.k8s.io/managed': 'true' },
        ownerReferences: ownedBy('apps/v1', 'ReplicaSet'),
      }),
      'secrets-store-csi: a SecretProviderClass',
    ],
    [
      'an operator that nobody knows',
      secret({ ownerReferences: ownedBy('kafka.strimzi.io/v1', 'KafkaUser') }),
      'controller: KafkaUser shop/db',
    ],
    ['a person', secret({ labels: { app: 'web' } }), undefined],
  ])('%s', (_, given, expected) => {
    const { owner, fate } = judge(given);
    expect(owner === undefined ? undefined : `${owner.tool}: ${owner.from}`).toBe(expected);
    expect(fate).toBe(expected === undefined ? 'moves' : 'stays');
  });

  it('asks those who say that they make it', () => {
    const maker = { kind: 'ExternalSecret.external-secrets.io', namespace: 'shop', name: 'keys' };
    expect(judge(secret({}), { maker })).toMatchObject({ reason: 'managed-by', owner: { maker } });
    const external = (spec: object): KubeObject => ({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'keys', namespace: 'shop' },
      spec,
    });
    expect(secretsMadeBy(external({}))).toEqual([{ kind: 'Secret', namespace: 'shop', name: 'keys' }]);
    expect(secretsMadeBy(external({ target: { name: 'other' } }))).toMatchObject([{ name: 'other' }]);
  });

  it('takes the certificate along that cannot be had before the traffic is there, and no other', () => {
    const certificate = secret({
      annotations: {
        'cert-manager.io/certificate-name': 'web-tls',
        'cert-manager.io/issuer-name': 'letsencrypt',
        'cert-manager.io/issuer-kind': 'ClusterIssuer',
      },
    });
    expect(issuerOf(certificate)).toEqual({ kind: 'ClusterIssuer.cert-manager.io', name: 'letsencrypt' });
    const issuer = (spec: object): KubeObject => ({
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: 'letsencrypt' },
      spec,
    });
    const [http01, dns01] = [{ http01: {} }, { dns01: {} }];
    const cases = [
      [issuer({ acme: { solvers: [http01] } }), 'http-01', 'moves'],
      [issuer({ acme: { solvers: [dns01] } }), 'dns-01', 'stays'],
      [issuer({ acme: { solvers: [dns01, http01] } }), 'mixed', 'moves'],
      [issuer({ ca: { secretName: 'ca' } }), 'none', 'stays'],
      [undefined, 'unknown', 'stays'],
    ] as const;
    for (const [given, challenge, fate] of cases) {
      expect(challengeOf(given)).toBe(challenge);
      expect(judge(certificate, { challenge })).toMatchObject({ fate, owner: { challenge } });
    }
  });
});
