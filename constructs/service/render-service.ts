import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import {
  type FeatureFlag,
  fieldsOf,
  neededFeatures,
  type ServingConfig,
} from '../../lib/validation/index.ts';
import { type NamedContainerProps, renderContainer } from './container.ts';
import { graceSeconds } from './ending.ts';
import { given } from './given.ts';
import { renderPodNetwork, serviceAnnotations, serviceLabels } from './networking.ts';
import { queueProxyAnnotations } from './queue-proxy.ts';
import { scalingAnnotations } from './scaling.ts';
import { renderScheduling } from './scheduling.ts';
import { renderSecurity } from './security.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { shapeProblems } from './shape.ts';
import { type Time, timeSeconds, timeText } from './time.ts';
import { trafficTargets } from './traffic-split.ts';
import { renderVolume } from './volume.ts';

type Texts = Readonly<Record<string, string>>;

const inSeconds = (time: Time | undefined) => (time === undefined ? undefined : timeSeconds(time));
const inText = (time: Time | undefined) => (time === undefined ? undefined : timeText(time));

/** The texts of a map, those that the developer wrote first; nothing where there are none. */
function texts(...parts: readonly (Texts | undefined)[]): Texts | undefined {
  const all = given(Object.assign({}, ...parts) as Record<string, string>) as Texts;
  return Object.keys(all).length === 0 && parts[0] === undefined ? undefined : all;
}

/** Knative takes it for granted of other kinds; of a claim it wants to read it at each mount. */
const readOnlyClaims = (volumes: KnativeServiceProps['volumes'] = {}): ReadonlySet<string> =>
  new Set(
    Object.entries(volumes)
      .filter(([, volume]) => 'persistentVolumeClaim' in volume && volume.readOnly !== false)
      .map(([name]) => name),
  );

function revisionSpec(props: KnativeServiceProps): Record<string, unknown> {
  const guarded = readOnlyClaims(props.volumes);
  const renderNamed = (container: NamedContainerProps) =>
    renderContainer(container, { name: container.name, guarded });
  return given({
    initContainers: props.initContainers?.map(renderNamed),
    containers:
      props.containers === undefined
        ? [renderContainer(props, { guarded })]
        : props.containers.map(renderNamed),
    containerConcurrency: props.containerConcurrency,
    timeoutSeconds: graceSeconds(props),
    responseStartTimeoutSeconds: inSeconds(props.responseStartTimeout),
    idleTimeoutSeconds: inSeconds(props.idleTimeout),
    ...renderScheduling(props, props.name),
    ...renderPodNetwork(props),
    serviceAccountName: props.serviceAccountName,
    automountServiceAccountToken: props.automountServiceAccountToken,
    imagePullSecrets: props.imagePullSecrets?.map((name) => ({ name })),
    securityContext: renderSecurity(props.podSecurityContext),
    shareProcessNamespace: props.shareProcessNamespace,
    volumes:
      props.volumes && Object.entries(props.volumes).map(([name, volume]) => renderVolume(name, volume)),
  });
}

const revisionHead = (props: KnativeServiceProps): Record<string, unknown> =>
  given({
    name: props.revisionName,
    labels: texts(props.revisionLabels),
    annotations: texts(
      props.revisionAnnotations,
      props.scaling && scalingAnnotations(props.scaling),
      props.queueProxy && queueProxyAnnotations(props.queueProxy),
      {
        'serving.knative.dev/progress-deadline': inText(props.progressDeadline),
        'serving.knative.dev/no-gc': props.keepRevisions ? 'true' : undefined,
      } as Texts,
    ),
  });

/** The Service object (`serving.knative.dev/v1`) that the props describe. Pure; nothing is checked here. */
export function renderService(props: KnativeServiceProps): KubeObject {
  const { name, namespace = 'default', network = {} } = props;
  const head = revisionHead(props);
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      ...given({
        labels: texts(props.labels, serviceLabels(network)),
        annotations: texts(props.annotations, serviceAnnotations(network), {
          'serving.knative.dev/rollout-duration': inText(props.rolloutDuration),
        } as Texts),
      }),
    },
    spec: given({
      template: { ...(Object.keys(head).length === 0 ? {} : { metadata: head }), spec: revisionSpec(props) },
      traffic: props.traffic && trafficTargets(props.traffic),
    }),
  };
}

/** The settings of a colour's config maps without which Knative refuses this service; none where it has no shape. */
export const neededSettings = (props: KnativeServiceProps): ServingConfig =>
  shapeProblems(props).renders ? neededSettingsOf(renderService(props)) : {};

/** The same for an object as it goes to a cluster; none for anything but a Knative Service. */
export function neededSettingsOf(object: KubeObject): ServingConfig {
  const { apiVersion, kind, spec } = object;
  if (!String(apiVersion).startsWith('serving.knative.dev/') || kind !== 'Service') return {};
  const template = fieldsOf(fieldsOf(spec).template);
  const annotations = fieldsOf(fieldsOf(template.metadata).annotations);
  const flags: (readonly [FeatureFlag, string])[] = neededFeatures(fieldsOf(template.spec)).map((flag) => [
    flag,
    'enabled',
  ]);
  const podInfo = annotations['features.knative.dev/queueproxy-podinfo'] !== undefined;
  const initial = ['initial-scale', 'initialScale']
    .map((name) => annotations[`autoscaling.knative.dev/${name}`])
    .find((text) => text !== undefined);
  return {
    autoscaler: Number(initial ?? 1) === 0 ? { 'allow-zero-initial-scale': 'true' } : {},
    // Enabled would mount it into every service's queue-proxy.
    features: Object.fromEntries(podInfo ? [...flags, ['queueproxy.mount-podinfo', 'allowed']] : flags),
  };
}
