import { type CustomResource, column, readiness } from './definition.ts';
import { objectReference } from './references.ts';
import { int32, object, text } from './schema.ts';
import { status } from './status.ts';

/** Whether a revision's requests go to its pods or to the activators. */
export const serverlessService: CustomResource = {
  area: 'networking',
  kind: 'ServerlessService',
  version: 'v1alpha1',
  shortNames: ['sks'],
  columns: [
    column('Mode', '.spec.mode'),
    column('Activators', '.spec.numActivators', 'integer'),
    column('ServiceName', '.status.serviceName'),
    column('PrivateServiceName', '.status.privateServiceName'),
    ...readiness(),
  ],
  spec: object(
    {
      mode: text,
      numActivators: int32,
      objectRef: objectReference(
        'apiVersion',
        'fieldPath',
        'kind',
        'name',
        'namespace',
        'resourceVersion',
        'uid',
      ),
      protocolType: text,
    },
    ['objectRef', 'protocolType'],
  ),
  status: status({ privateServiceName: text, serviceName: text }),
};
