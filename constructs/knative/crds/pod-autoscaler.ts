import { type CustomResource, column, readiness } from './definition.ts';
import { objectReference } from './references.ts';
import { int32, int64, object, text } from './schema.ts';
import { status } from './status.ts';

/** How a revision is scaled, and how large it is. */
export const podAutoscaler: CustomResource = {
  area: 'autoscaling',
  kind: 'PodAutoscaler',
  version: 'v1alpha1',
  shortNames: ['kpa', 'pa'],
  columns: [
    column('DesiredScale', '.status.desiredScale', 'integer'),
    column('ActualScale', '.status.actualScale', 'integer'),
    ...readiness(),
  ],
  spec: object(
    {
      containerConcurrency: int64,
      protocolType: text,
      reachability: text,
      scaleTargetRef: objectReference('apiVersion', 'kind', 'name'),
    },
    ['protocolType', 'scaleTargetRef'],
  ),
  status: status({ actualScale: int32, desiredScale: int32, metricsServiceName: text, serviceName: text }, [
    'metricsServiceName',
    'serviceName',
  ]),
};
