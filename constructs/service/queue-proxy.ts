import { given } from './given.ts';
import { flag, object, quantity } from './kinds.ts';

interface QueueQuantities {
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: string;
}

/** Knative's own container beside those of the service. What is left out is as `config-deployment` has it. */
export interface QueueProxyProps {
  /** What a pod is scheduled by for it. @default - the colour's: 25m of CPU */
  readonly requests?: QueueQuantities;
  /** What it may use at most. @default - the colour's: no limit */
  readonly limits?: QueueQuantities;
  /** Whether it reads the pod's annotations; turns `queueproxy.mount-podinfo` on. @default false */
  readonly podInfo?: boolean;
  /** Whether requests and answers may flow at the same time over HTTP/1. @default false */
  readonly fullDuplex?: boolean;
}

const quantities = object<QueueQuantities>({ cpu: quantity, memory: quantity, ephemeralStorage: quantity });

export const queueProxyKind = object<QueueProxyProps>({
  requests: quantities,
  limits: quantities,
  podInfo: flag,
  fullDuplex: flag,
});

const sidecar = (side: 'request' | 'limit', { cpu, memory, ephemeralStorage }: QueueQuantities = {}) =>
  Object.entries({ cpu, memory, 'ephemeral-storage': ephemeralStorage }).map(([resource, amount]) => [
    `queue.sidecar.serving.knative.dev/${resource}-resource-${side}`,
    amount,
  ]);

/** The props as annotations of a revision template. */
export const queueProxyAnnotations = (props: QueueProxyProps): Record<string, string> =>
  given({
    ...Object.fromEntries([...sidecar('request', props.requests), ...sidecar('limit', props.limits)]),
    'features.knative.dev/queueproxy-podinfo': props.podInfo ? 'enabled' : undefined,
    'features.knative.dev/http-full-duplex': props.fullDuplex ? 'Enabled' : undefined,
  }) as Record<string, string>;
