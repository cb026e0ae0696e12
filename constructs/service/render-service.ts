import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { neededFeatures, type ServingConfig } from '../../lib/validation/index.ts';
import { renderContainer } from './container.ts';
import { scalingAnnotations } from './scaling.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { shapeProblems } from './shape.ts';
import { timeSeconds } from './time.ts';
import { trafficTargets } from './traffic-split.ts';
import { renderVolume } from './volume.ts';

function revisionSpec(props: KnativeServiceProps): Record<string, unknown> {
  const { containerConcurrency, timeout, nodeSelector, serviceAccountName, volumes } = props;
  const containers =
    props.containers === undefined
      ? [renderContainer(props)]
      : props.containers.map((container) => renderContainer(container, container.name));
  return {
    containers,
    ...(containerConcurrency === undefined ? {} : { containerConcurrency }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeSeconds(timeout) }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    ...(volumes === undefined
      ? {}
      : { volumes: Object.entries(volumes).map(([name, volume]) => renderVolume(name, volume)) }),
  };
}

/** The Service object (`serving.knative.dev/v1`) that the props describe. Pure; nothing is checked here. */
export function renderService(props: KnativeServiceProps): KubeObject {
  const { name, namespace = 'default', labels, annotations, revisionName, scaling, traffic } = props;
  const head = {
    ...(revisionName === undefined ? {} : { name: revisionName }),
    ...(scaling === undefined ? {} : { annotations: scalingAnnotations(scaling) }),
  };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      template: { ...(Object.keys(head).length === 0 ? {} : { metadata: head }), spec: revisionSpec(props) },
      ...(traffic === undefined ? {} : { traffic: trafficTargets(traffic) }),
    },
  };
}

/** The settings of a colour's config maps without which Knative refuses this service; none where it has no shape. */
export function neededSettings(props: KnativeServiceProps): ServingConfig {
  if (!shapeProblems(props).renders) return {};
  const features = neededFeatures(revisionSpec(props)).map((flag) => [flag, 'enabled']);
  return {
    autoscaler: props.scaling?.initial === 0 ? { 'allow-zero-initial-scale': 'true' } : {},
    features: Object.fromEntries(features),
  };
}
