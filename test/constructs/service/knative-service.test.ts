import { App, Chart, Duration, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  KnativeService,
  type KnativeServiceProps,
  neededSettings,
  renderService,
  serviceProblems,
} from '../../../constructs/service/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

const image = 'ghcr.io/team/app:1.0';

const lines = (props: KnativeServiceProps, serving?: Parameters<typeof serviceProblems>[1]) =>
  serviceProblems(props, serving).map(
    ({ where, value, allowed }) => `${where} = ${JSON.stringify(value)}: ${allowed}`,
  );

describe('KnativeService', () => {
  it('renders a service with everything in its place', () => {
    const chart = new Chart(new App(), 'services');
    new KnativeService(chart, 'cart', {
      name: 'cart',
      namespace: 'shop',
      labels: { team: 'cart' },
      image,
      port: 9000,
      protocol: 'h2c',
      env: {
        MODE: 'fast',
        TOKEN: { secret: 'cart', key: 'token' },
        LEVEL: { configMap: 'cart', key: 'level' },
      },
      resources: { requests: { cpu: '250m', memory: '64Mi' } },
      readinessProbe: { http: { path: '/ready' }, period: '5s', timeout: '1s', failureThreshold: 3 },
      revisionName: 'cart-v2',
      containerConcurrency: 10,
      timeout: Duration.minutes(2),
      scaling: { class: 'kpa', min: 1, max: 5, window: Duration.seconds(30), scaleDownDelay: '1m' },
      traffic: [
        { revision: 'cart-v1', percent: 90 },
        { latest: true, percent: 10, tag: 'next' },
      ],
      serviceAccountName: 'cart',
    });
    expect(Testing.synth(chart)[0]).toEqual({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop', labels: { team: 'cart' } },
      spec: {
        template: {
          metadata: {
            name: 'cart-v2',
            annotations: {
              'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
              'autoscaling.knative.dev/min-scale': '1',
              'autoscaling.knative.dev/max-scale': '5',
              'autoscaling.knative.dev/window': '30s',
              'autoscaling.knative.dev/scale-down-delay': '1m',
            },
          },
          spec: {
            containers: [
              {
                // Its revision is named, so that its containers are written as the webhook leaves them.
                name: 'user-container',
                image,
                ports: [{ name: 'h2c', containerPort: 9000 }],
                env: [
                  { name: 'MODE', value: 'fast' },
                  { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'cart', key: 'token' } } },
                  { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'cart', key: 'level' } } },
                ],
                resources: { requests: { cpu: '250m', memory: '64Mi' } },
                readinessProbe: {
                  httpGet: { path: '/ready', port: 0 },
                  periodSeconds: 5,
                  successThreshold: 1,
                  timeoutSeconds: 1,
                  failureThreshold: 3,
                },
              },
            ],
            containerConcurrency: 10,
            timeoutSeconds: 120,
            serviceAccountName: 'cart',
          },
        },
        traffic: [
          { revisionName: 'cart-v1', latestRevision: false, percent: 90 },
          { latestRevision: true, percent: 10, tag: 'next' },
        ],
      },
    });
  });

  it('takes several containers with volumes, and says which flags they need', () => {
    const props: KnativeServiceProps = {
      name: 'site',
      containers: [
        { name: 'web', image, port: 8080, mounts: { '/cache': 'cache', '/etc/site': 'settings' } },
        { name: 'fill', image, mounts: { '/cache': { volume: 'cache', readOnly: false } } },
      ],
      volumes: {
        cache: { emptyDir: { sizeLimit: '64Mi' } },
        settings: { configMap: 'site', items: { 'site.yaml': 'config.yaml' } },
      },
      nodeSelector: { disk: 'fast' },
    };
    expect(lines(props)).toEqual([]);
    expect(neededSettings(props).features).toEqual({
      'kubernetes.podspec-nodeselector': 'enabled',
      'kubernetes.podspec-volumes-emptydir': 'enabled',
      'multi-container': 'enabled',
    });
    const { containers, volumes } = renderService(props).spec.template.spec;
    expect(containers.map((container: { volumeMounts: unknown }) => container.volumeMounts)).toEqual([
      [
        { name: 'cache', mountPath: '/cache' },
        { name: 'settings', mountPath: '/etc/site' },
      ],
      [{ name: 'cache', mountPath: '/cache', readOnly: false }],
    ]);
    expect(volumes[1]).toEqual({
      name: 'settings',
      configMap: { name: 'site', items: [{ key: 'site.yaml', path: 'config.yaml' }] },
    });
    // What the colour forbids is refused with the flag's name.
    expect(lines(props, { features: { 'kubernetes.podspec-nodeselector': 'disabled' } })).toEqual([
      'nodeSelector = {"disk":"fast"}: nothing while the feature kubernetes.podspec-nodeselector is disabled: enable it in the colour\'s features, or leave this out',
    ]);
  });

  it('names every mistake at once, by the prop that the developer wrote', () => {
    const props: KnativeServiceProps = {
      name: 'Cart',
      image: '',
      port: 8012,
      env: { PORT: '80', FINE: 'yes' },
      revisionName: 'other-v1',
      containerConcurrency: 1001,
      timeout: '11m',
      scaling: { min: 3, max: 2, window: Duration.seconds(5), metric: 'cpu', initial: 1.5 },
      traffic: [
        { revision: 'a', percent: 50.5, tag: 'x' },
        { latest: true, percent: 50, tag: 'x' },
      ],
      resources: { limits: { memory: '1GB' } },
      annotations: { 'autoscaling.knative.dev/min-scale': '1' },
    };
    expect(lines(props).map((line) => line.split(': ')[0])).toEqual([
      'resources.limits.memory = "1GB"',
      'traffic[0].percent = 50.5',
      'name = "Cart"',
      'annotations = {"autoscaling.knative.dev/min-scale":"1"}',
      'revisionName = "other-v1"',
      'scaling.min = 3',
      'scaling.window = "5s"',
      'scaling.metric = "cpu"',
      'scaling.initial = 1.5',
      'env.PORT = "80"',
      'image = ""',
      'port = 8012',
      'timeout = "11m"',
      'containerConcurrency = 1001',
      'traffic[1].tag = "x"',
    ]);
    const chart = new Chart(new App(), 'services');
    expect(() => new KnativeService(chart, 'cart', props)).toThrow(ZeroshiftError);
    expect(() => new KnativeService(chart, 'again', props)).toThrow(
      'there are 15 mistakes in the service default/Cart',
    );
  });

  it('refuses a split that does not add up, and a traffic target without a revision', () => {
    expect(
      lines({
        name: 'a',
        image,
        traffic: [
          { revision: 'a-1', percent: 90 },
          { latest: true, percent: 9 },
        ],
      }),
    ).toEqual(['traffic = 99: percentages that add up to 100']);
    expect(lines({ name: 'a', image, traffic: [{ percent: 100 } as never] })).toEqual([
      'traffic[0].revision = false: a revision name, or the latest revision',
    ]);
  });

  it('answers to typos that no compiler saw', () => {
    const props = {
      name: 'a',
      image,
      timeuot: '5s',
      scaling: { minimum: 1 },
      env: { COUNT: 5 },
    } as unknown as KnativeServiceProps;
    expect(lines(props)).toEqual([
      'timeuot = "5s": a known prop: did you mean "timeout"?',
      expect.stringMatching(/^scaling\.minimum = 1: a known prop: one of class, metric, /),
      'env.COUNT = 5: text, { secret, key }, { configMap, key }, { field } or { resource }',
    ]);
    const wrong = {
      name: 7,
      containers: ['web'],
      traffic: { latest: true },
      scaling: [],
      volumes: { cache: 'big' },
      labels: { a: 1 },
    } as unknown as KnativeServiceProps;
    expect(lines(wrong).map((line) => line.split(' = ')[0])).toEqual([
      'name',
      'containers[0]',
      'traffic',
      'scaling',
      'volumes.cache',
      'labels.a',
    ]);
    expect(neededSettings(wrong)).toEqual({});
    // @ts-expect-error: the compiler says so too
    const soon: KnativeServiceProps = { name: 'a', image, timeout: 'soon' };
    expect(lines(soon).join()).toMatch(/^timeout = "soon": whole seconds/);
  });

  it('lets a service begin at zero only where the colour allows it', () => {
    const props: KnativeServiceProps = { name: 'a', image, scaling: { initial: 0 } };
    expect(neededSettings(props).autoscaler).toEqual({ 'allow-zero-initial-scale': 'true' });
    expect(lines(props)).toEqual([]);
    expect(lines(props, {})).toEqual([
      'scaling.initial = 0: 1 or more while allow-zero-initial-scale is off',
    ]);
  });

  it('has the compiler refuse an image beside containers, and a target that is both', () => {
    // @ts-expect-error one or the other
    const both: KnativeServiceProps = { name: 'a', image, containers: [{ name: 'b', image }] };
    // @ts-expect-error a named revision is not the latest
    const target: KnativeServiceProps['traffic'] = [{ revision: 'a-1', latest: true }];
    expect(lines(both).join()).toContain('either containers or one image');
    expect(target).toHaveLength(1);
  });
});
