import type { KubeObject } from '../../lib/clusters/index.ts';

/** What is migrated: services that need no pods to be ready, each with an account, a ConfigMap and a Secret of its own. */

const serving = 'serving.knative.dev/v1';
/** By its digest, and never pulled: nothing starts. */
const image = `registry.example.com/app@sha256:${'5c'.repeat(32)}`;
const places = 10;

export const namespaceNames = (run: string): string[] =>
  Array.from({ length: places }, (_, index) => `bench-${run}-${index}`);

export const namespaceOf = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

/** The objects of a service, in the order in which they need each other. */
function family(namespace: string, name: string): KubeObject[] {
  const metadata = { name, namespace, labels: { team: 'bench' } };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { MODE: 'fast', LIMIT: '100' } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'Opaque',
      data: { TOKEN: Buffer.from(`of ${name}`).toString('base64') },
    },
    {
      apiVersion: serving,
      kind: 'Service',
      metadata,
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                image,
                envFrom: [{ configMapRef: { name } }, { secretRef: { name } }],
                resources: { requests: { cpu: '5m', memory: '16Mi' } },
              },
            ],
          },
        },
      },
    },
  ];
}

/** All of them, kind by kind, as a person would order a file. */
export function objectsOf(run: string, services: number): KubeObject[] {
  const namespaces = namespaceNames(run);
  const families = Array.from({ length: services }, (_, index) =>
    family(namespaces[index % places] ?? '', `service-${index}`),
  );
  return [0, 1, 2, 3].flatMap((kind) =>
    families.flatMap((one) => {
      const object = one[kind];
      return object === undefined ? [] : [object];
    }),
  );
}
