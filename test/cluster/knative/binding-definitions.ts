import type { KubeObject } from '../../../lib/clusters/index.ts';

const text = { type: 'string' } as const;

/** What both of AWS's controllers know of a binding, as far as the project writes it. */
const spec = {
  type: 'object',
  required: ['serviceRef'],
  properties: {
    serviceRef: {
      type: 'object',
      required: ['name', 'port'],
      properties: { name: text, port: { 'x-kubernetes-int-or-string': true } },
    },
    targetGroupARN: text,
    targetGroupName: text,
    targetType: { type: 'string', enum: ['instance', 'ip'] },
  },
} as const;

const definition = (group: string, version: string, required: readonly string[]): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `targetgroupbindings.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'TargetGroupBinding', plural: 'targetgroupbindings', singular: 'targetgroupbinding' },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { ...spec, required: [...spec.required, ...required] } },
          },
        },
      },
    ],
  },
});

/** AWS's own definitions are on its clusters only; these let the API server take and check the project's objects. */
export const bindingDefinitions: readonly KubeObject[] = [
  definition('eks.amazonaws.com', 'v1', ['targetType']),
  definition('elbv2.k8s.aws', 'v1beta1', []),
];
