import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import { clearFloors, setFloors } from '../../../lib/cutover/perform/floors.ts';
import type { ColourPorts } from '../../../lib/cutover/ports.ts';
import type { Colour, MigrationDefinition } from '../../../lib/fleet/index.ts';
import { applyMigration, askAdmission, waitUntilReady } from '../../../lib/migration/apply/index.ts';
import { type RegionPlan, takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import { callGateway, connectApi, gatewaysOf, sharedKubeconfig, until } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/*
 * What goes wrong when services move between clusters, each shown on real ones. Here are those that no other file shows:
 *
 * | what goes wrong | shown by |
 * | --- | --- |
 * | 1 adoption: the first update runs the old image | arrival: "makes the first update without a name a new revision …" |
 * | 2 a revision's owner must be the target's Configuration | arrival: every twin (`expectTwin`) · here: "moves everything …" |
 * | 3 generated names collide with imported ones, named templates | arrival: "says of each how it arrives …", "needs one generation more …" |
 * | 4 what `kn service export` breaks, both forms | from-file: both forms of several services |
 * | 5 one namespace, no order, no resuming, nothing that services need | here: "moves everything …" · apply-kills: "ends the same after … kills" |
 * | 6 fields that belong to a cluster | here: "moves everything …" |
 * | 7 a name that is taken later, gaps, generation 500 | arrival: "makes the first update …" for `gaps` and `often`, and both long names |
 * | 8 floors by Revision and PodAutoscaler, old and new releases | here: "raises a floor …" |
 * | 9 certificates by HTTP-01 | here: "takes a certificate's Secret along …" |
 * | 10 services come back at their initial scale | here: "raises a floor …" · cutover in rehearse.test.ts |
 */

const serving = 'serving.knative.dev/v1';
const image = '10.98.0.1:5000/app:lane';
const colours = ['blue', 'green'] as const;

/** What belongs to one cluster: none of it may be in what is written to another. */
const own = [
  'serving.knative.dev/creator',
  'serving.knative.dev/lastModifier',
  'serving.knative.dev/lastPinned',
  'serving.knative.dev/routes',
  'serving.knative.dev/routingStateModified',
  'serving.knative.dev/configurationUID',
  'serving.knative.dev/serviceUID',
  'last-applied-configuration',
  '"uid"',
  '"ownerReferences"',
  '"finalizers"',
  '"managedFields"',
  '"resourceVersion"',
  '"creationTimestamp"',
];

onClusters('what goes wrong', () => {
  const namespaces = [ownNamespace('traps-a'), ownNamespace('traps-b')] as const;
  const [namespace, other] = namespaces;
  const host = `${namespace}.traps.example.com`;
  /** Objects of the whole cluster that were made, to be taken away. */
  const made: { colour: Colour; object: KubeObject }[] = [];
  let ports: Record<Colour, DefinitionPort>;

  const connect = (colour: Colour): DefinitionPort =>
    createKubernetesCluster({ name: colour, kubeconfig: sharedKubeconfig(), context: colour });

  beforeAll(() => {
    ports = { blue: connect('blue'), green: connect('green') };
  });
  afterAll(async () => {
    for (const colour of colours) {
      const api = connectApi(clusters()[colour].access);
      for (const name of namespaces) await dismiss(api, name).catch(() => undefined);
      for (const { object } of made.filter((one) => one.colour === colour))
        await api
          .remove({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name })
          .catch(() => undefined);
    }
  });

  /** An object of the whole cluster, until the end. */
  async function global(colour: Colour, object: KubeObject): Promise<void> {
    made.push({ colour, object });
    await ports[colour].apply(object);
  }

  const object = (kind: string, name: string, more: object = {}, at: string = namespace): KubeObject => {
    const [apiVersion = 'v1', type = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
    return { apiVersion, kind: type, metadata: { name, namespace: at }, ...more };
  };
  const service = (name: string, at: string, more: object = {}): KubeObject =>
    object(
      `${serving} Service`,
      name,
      {
        spec: {
          template: {
            metadata: { annotations: { 'autoscaling.knative.dev/window': '6s' } },
            spec: {
              containers: [{ image, resources: { requests: { cpu: '5m', memory: '16Mi' } }, ...more }],
            },
          },
        },
      },
      at,
    );

  const planOf = async (migration?: MigrationDefinition): Promise<RegionPlan> => {
    const plan = await takeMigrationPlan({
      source: ports.blue,
      target: ports.green,
      context: { from: 'blue', to: 'green', region: 'eu-west-1' },
      release: { knative: '1.23.0', features: [] },
      scope: { namespaces },
      ...(migration === undefined ? {} : { migration }),
    });
    return askAdmission({ plan, source: ports.blue, target: ports.green });
  };

  async function carryOut(plan: RegionPlan): Promise<void> {
    expect(plan.unread).toEqual([]);
    const { objects } = await applyMigration({ plan, source: ports.blue, target: ports.green });
    expect(objects.filter(({ reason }) => reason !== undefined)).toEqual([]);
  }

  const isReady = (found: KubeObject | undefined): boolean =>
    (found?.status?.conditions ?? []).some(
      ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True',
    );
  const readyOn = (
    colour: Colour,
    { apiVersion, kind, metadata: { name, namespace: at = '' } }: KubeObject,
  ) =>
    until(`${kind} ${name} on ${colour}`, 120, async () => {
      const found = await ports[colour].get({ apiVersion, kind, name, namespace: at });
      return isReady(found) ? found : undefined;
    });

  const needs = { envFrom: [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }] };
  const mapping = object('serving.knative.dev/v1beta1 DomainMapping', host, {
    spec: { ref: { apiVersion: serving, kind: 'Service', name: 'cart', namespace } },
  });
  const claim: KubeObject = {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name: host },
    spec: { namespace },
  };

  it("moves everything of several namespaces at once, in its order, and nothing that is blue's own", async () => {
    const { blue, green } = ports;
    for (const name of namespaces)
      await blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const one of [
      object('ConfigMap', 'app', { data: { TARGET: 'moved' } }),
      object('Secret', 'db', { type: 'Opaque', data: { password: 'c2VjcmV0' } }),
      object('ServiceAccount', 'cart'),
    ])
      await blue.create(one);
    const cart = service('cart', namespace, needs);
    cart.spec.template.spec.serviceAccountName = 'cart';
    const stock = service('stock', other);
    await global('blue', claim);
    made.push({ colour: 'green', object: claim });
    for (const one of [cart, stock, mapping]) await blue.apply(one);
    await Promise.all([cart, stock, mapping].map((one) => readyOn('blue', one)));

    const plan = await planOf();
    const text = JSON.stringify(plan);
    expect(own.filter((field) => text.includes(field))).toEqual([]);
    await carryOut(plan);
    await Promise.all([cart, stock, mapping].map((one) => readyOn('green', one)));
    const waited = await waitUntilReady({
      source: blue,
      target: green,
      services: [
        { namespace, name: 'cart' },
        { namespace: other, name: 'stock' },
      ],
    });
    expect(waited).toMatchObject({ ready: 2, unready: [] });
    const secret = await green.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'db' });
    expect(secret?.data).toEqual({ password: 'c2VjcmV0' });
    const [gateway = ''] = await gatewaysOf(connectApi(clusters().green.access));
    const answer = await callGateway({ gateway, host, path: '/' });
    expect(answer.status).toBe(200);

    const configuration = await green.get(reference('Configuration', 'cart'));
    for (const { metadata } of await connectApi(clusters().green.access).list(
      { apiVersion: serving, kind: 'Revision' },
      namespace,
    ))
      expect(metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([configuration?.metadata.uid]);
    expect((await planOf()).objects.filter(({ verdict }) => verdict !== 'unchanged')).toEqual([]);
  }, 300_000);

  const reference = (kind: string, name: string) => ({ apiVersion: serving, kind, namespace, name });

  it('raises a floor on both releases without a new revision, and puts back what was there', async () => {
    const region = {
      blue: { cluster: ports.blue } as unknown as ColourPorts,
      green: { cluster: ports.green } as unknown as ColourPorts,
    };
    const generationOf = async (colour: Colour) =>
      (await ports[colour].get(reference('Configuration', 'cart')))?.metadata.generation;
    const before = await Promise.all(colours.map(generationOf));
    const floors = await Promise.all(
      colours.map(async (colour) => {
        const found = await ports[colour].get(reference('Service', 'cart'));
        const revision: string = found?.status?.latestReadyRevisionName;
        return { colour, namespace, revision, pods: 2 };
      }),
    );
    // By itself a service that has just come stands at its initial scale, and goes to zero.
    await until('two pods on both', 120, async () => {
      const { waitingFor } = await setFloors(floors, region, 20);
      return waitingFor.length === 0 ? true : undefined;
    });
    expect(await Promise.all(colours.map(generationOf))).toEqual(before);
    await clearFloors(floors, region);
    for (const { colour, revision } of floors)
      for (const kind of [
        { apiVersion: serving, kind: 'Revision' },
        { apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler' },
      ]) {
        const found = await ports[colour].get({ ...kind, namespace, name: revision });
        expect(found?.metadata.annotations, `${colour} ${kind.kind}`).not.toHaveProperty([
          'autoscaling.knative.dev/min-scale',
        ]);
      }
    const plan = await planOf();
    expect(plan.objects.filter(({ verdict }) => verdict !== 'unchanged')).toEqual([]);
  }, 180_000);

  it('asks the target before anything is touched: its policies, and the real webhook', async () => {
    const name = namespace;
    const rule = {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['configmaps'],
    };
    await global('green', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [rule],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
        validations: [
          { expression: "!object.metadata.name.startsWith('forbidden')", message: 'no such names' },
        ],
      },
    });
    await global('green', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
    for (const map of ['allowed', 'forbidden'])
      await ports.blue.create(object('ConfigMap', map, { data: { a: '1' } }));
    await ports.blue.apply(service('late', namespace));
    await readyOn('blue', service('late', namespace));
    const versions = async () =>
      JSON.stringify(
        (
          await connectApi(clusters().green.access).list({ apiVersion: 'v1', kind: 'ConfigMap' }, namespace)
        ).map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
      );
    const here = await versions();
    const wrong = {
      name: 'wrong',
      objects: (one: KubeObject): KubeObject => {
        if (one.metadata.name !== 'late' || one.kind !== 'Service') return one;
        const template = one.spec.template;
        const spec = { ...template.spec, containerConcurrency: -1 };
        return { ...one, spec: { ...one.spec, template: { ...template, spec } } };
      },
    };
    const plan = await until('the policy holds', 60, async () => {
      const found = await planOf({ rewrites: [wrong], workloads: [] });
      return found.objects.some(({ name: one, verdict }) => one === 'forbidden' && verdict === 'refusal')
        ? found
        : undefined;
    });
    const refused = Object.fromEntries(
      plan.objects.flatMap(({ name: one, refusals = [] }) =>
        refusals.map(({ code, why }) => [one, `${code}: ${why}`]),
      ),
    );
    expect(refused).toEqual({
      forbidden: expect.stringMatching(/^admission: .*no such names/),
      late: expect.stringMatching(
        /^admission: .*validation\.webhook\.serving\.knative\.dev.*containerConcurrency/,
      ),
    });
    expect(await versions()).toBe(here);
    expect(await ports.green.get(reference('Service', 'late'))).toBeUndefined();
  }, 180_000);

  it("takes a certificate's Secret along where its issuer asks by HTTP-01", async () => {
    const definition = (kind: string, plural: string, scope: string): KubeObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.cert-manager.io` },
      spec: {
        group: 'cert-manager.io',
        scope,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    const issuer: KubeObject = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: namespace },
      spec: { acme: { solvers: [{ http01: { ingress: {} } }] } },
    };
    for (const colour of colours) {
      await global(colour, definition('Certificate', 'certificates', 'Namespaced'));
      await global(colour, definition('ClusterIssuer', 'clusterissuers', 'Cluster'));
      await until(`kinds of ${colour}`, 30, async () => {
        ports[colour] = connect(colour);
        return ports[colour].apply(issuer).catch(() => undefined);
      });
    }
    const data = { 'tls.crt': 'YQ==', 'tls.key': 'Yg==' };
    await ports.blue.create(object('Secret', 'cart-tls', { type: 'kubernetes.io/tls', data }));
    await ports.blue.create(
      object('cert-manager.io/v1 Certificate', 'cart', {
        spec: {
          secretName: 'cart-tls',
          dnsNames: [host],
          issuerRef: { kind: 'ClusterIssuer', name: namespace },
        },
      }),
    );
    await connectApi(clusters().blue.access).remove({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'forbidden',
      namespace,
    });
    const plan = await planOf();
    expect(
      plan.objects
        .filter(({ verdict }) => verdict !== 'unchanged')
        .map(({ verdict, kind, name }) => `${verdict} ${kind} ${name}`),
    ).toEqual(expect.arrayContaining(['create Secret cart-tls', 'create Certificate cart']));
    await carryOut(plan);
    const secret = await ports.green.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'cart-tls' });
    expect(secret?.data).toEqual(data);
  }, 120_000);
});
