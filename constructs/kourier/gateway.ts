import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { ReplicaProps, Tuning } from '../knative/index.ts';
import { bootstrapData, bootstrapFile, bootstrapFolder } from './bootstrap.ts';
import { drainScript } from './drain-script.ts';
import { type GatewayTimes, gatewaySurge } from './gateway-times.ts';
import { gatewayName, gatewayPorts, kourierLabels, kourierNamespace } from './names.ts';
import { containerSecurity, type PlacementProps, placement, quantities } from './pod.ts';
import { floatingEnvoyImage, type KourierRelease, pinnedEnvoyImage } from './releases/index.ts';

export interface GatewayProps extends PlacementProps, ReplicaProps {
  readonly release: KourierRelease;
  /** @default 'default' */
  readonly tuning?: Tuning;
  /** Envoy's image, best by digest; it must hold bash. @default - the release's patch version */
  readonly image?: string;
  /** What the pods keep to; upstream's tuning has its own. */
  readonly times: GatewayTimes;
}

/** Upstream's, which an NLB does not notice in time. */
const upstreamDrain = { seconds: 15, grace: 30 };
const upstreamPreStop = `curl -X POST http://localhost:${gatewayPorts.admin}/drain_listeners?graceful; sleep $DRAIN_TIME_SECONDS`;

/** On the gateway's pods: a digest of what they started from. */
const bootstrapAnnotation = 'zeroshift.dev/bootstrap';

const digest = (data: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);

const selector = { app: gatewayName };
const bootstrapName = 'kourier-bootstrap';

const probe: k8s.Probe = {
  httpGet: {
    httpHeaders: [{ name: 'Host', value: 'internalkourier' }],
    path: '/ready',
    port: k8s.IntOrString.fromNumber(gatewayPorts.internal),
    scheme: 'HTTP',
  },
  initialDelaySeconds: 10,
  periodSeconds: 5,
  timeoutSeconds: 3,
};

const containerPorts: k8s.ContainerPort[] = [
  ['http2-external', gatewayPorts.external],
  ['http2-internal', gatewayPorts.internal],
  ['https-external', gatewayPorts.externalTls],
  ['http-probe', gatewayPorts.probe],
  ['https-probe', gatewayPorts.probeTls],
  ['metrics', gatewayPorts.stats],
].map(([name, containerPort]) => ({
  name: String(name),
  containerPort: Number(containerPort),
  protocol: 'TCP',
}));

/** The gateway: Envoy, through which every request of a colour comes in. Its Services are made elsewhere, before it. */
export class Gateway extends Construct {
  constructor(scope: Construct, id: string, props: GatewayProps) {
    super(scope, id);
    const { release, tuning = 'default' } = props;
    const tuned = tuning === 'default';
    const metadata = (name: string) => ({
      name,
      namespace: kourierNamespace,
      labels: kourierLabels(release),
    });
    const data = bootstrapData(release, tuned ? { idle: props.times.idle } : {});
    new k8s.KubeConfigMap(this, 'bootstrap', { metadata: metadata(bootstrapName), data });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: metadata(gatewayName),
      spec: {
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromString(tuned ? `${gatewaySurge.percent}%` : '100%'),
          },
        },
        ...(tuned
          ? {
              minReadySeconds: props.times.minReady,
              progressDeadlineSeconds: props.times.progressDeadline,
            }
          : {}),
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: selector,
            annotations: {
              'networking.knative.dev/poke': 'v0.26',
              'prometheus.io/scrape': 'true',
              'prometheus.io/port': String(gatewayPorts.stats),
              'prometheus.io/path': '/stats/prometheus',
              // Envoy reads it once: another bootstrap needs other pods.
              ...(tuned ? { [bootstrapAnnotation]: digest(data) } : {}),
            },
          },
          spec: this.pod(props, tuned),
        },
      },
    });
    this.addAvailability(metadata, props, tuned);
  }

  private pod(props: GatewayProps, tuned: boolean): k8s.PodSpec {
    const { release, times, image = tuned ? pinnedEnvoyImage(release) : floatingEnvoyImage(release) } = props;
    return {
      containers: [
        {
          name: 'kourier-gateway',
          image,
          command: ['/usr/local/bin/envoy'],
          args: [
            '--base-id 1',
            `-c ${bootstrapFolder}/${bootstrapFile}`,
            '--log-level info',
            '--drain-time-s $(DRAIN_TIME_SECONDS)',
            '--drain-strategy immediate',
          ],
          env: [
            { name: 'DRAIN_TIME_SECONDS', value: String(tuned ? times.drain : upstreamDrain.seconds) },
            ...(tuned ? [{ name: 'NOTICE_SECONDS', value: String(times.notice) }] : []),
          ],
          ports: containerPorts,
          securityContext: {
            ...containerSecurity,
            readOnlyRootFilesystem: false,
            runAsUser: 65_534,
            runAsGroup: 65_534,
          },
          volumeMounts: [{ name: 'config-volume', mountPath: bootstrapFolder }],
          lifecycle: {
            preStop: {
              exec: {
                command: tuned ? ['/bin/bash', '-c', drainScript()] : ['/bin/sh', '-c', upstreamPreStop],
              },
            },
          },
          readinessProbe: { ...probe, failureThreshold: 3 },
          livenessProbe: { ...probe, failureThreshold: 6 },
          resources: quantities(props.resources, {
            requests: { cpu: '200m', memory: '200Mi' },
            limits: { cpu: '1', memory: '800Mi' },
          }),
        },
      ],
      terminationGracePeriodSeconds: tuned ? times.terminationGracePeriod : upstreamDrain.grace,
      volumes: [{ name: 'config-volume', configMap: { name: bootstrapName } }],
      restartPolicy: 'Always',
      ...(tuned ? apart : {}),
      ...placement(props),
    };
  }

  private addAvailability(
    metadata: (name: string) => k8s.ObjectMeta,
    props: GatewayProps,
    tuned: boolean,
  ): void {
    const { minReplicas = tuned ? 2 : 1, maxReplicas = 10 } = props;
    new k8s.KubeHorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: metadata(gatewayName),
      spec: {
        minReplicas,
        maxReplicas,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: gatewayName },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 100 } },
          },
        ],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: metadata(`${gatewayName}-pdb`),
      spec: {
        ...(tuned
          ? { maxUnavailable: k8s.IntOrString.fromNumber(1) }
          : { minAvailable: k8s.IntOrString.fromString('80%') }),
        selector: { matchLabels: selector },
      },
    });
  }
}

/** On different nodes and in different zones, as far as there are any. */
const apart: Pick<k8s.PodSpec, 'topologySpreadConstraints'> = {
  topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
  })),
};
