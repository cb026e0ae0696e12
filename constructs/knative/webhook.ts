import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { addAvailability, type ReplicaProps } from './availability.ts';
import {
  type ComponentProps,
  componentDeployment,
  httpProbe,
  observedPorts,
  servicePort,
  servingLabels,
  servingMetadata,
  servingNamespace,
  type Tuning,
} from './component.ts';
import { image, type Release } from './releases/index.ts';
import type { TuningReason } from './tuning-reason.ts';

export interface WebhookProps extends ComponentProps, ReplicaProps {}

/** Port that the API server dials; on EKS the cluster's security group must let the control plane reach it. */
const webhookPort = 8443;

/** Components whose config maps the webhook judges. */
const judgedComponents = [
  'autoscaler',
  'controller',
  'logging',
  'networking',
  'observability',
  'tracing',
  'net-certmanager',
];

const judgedResources = [
  'metrics',
  'podautoscalers',
  'certificates',
  'ingresses',
  'serverlessservices',
  'configurations',
  'revisions',
  'routes',
  'services',
  'domainmappings',
  'domainmappings/status',
];

const rule = (operations: string[]): k8s.RuleWithOperations => ({
  apiGroups: ['autoscaling.internal.knative.dev', 'networking.internal.knative.dev', 'serving.knative.dev'],
  apiVersions: ['*'],
  operations,
  scope: '*',
  resources: judgedResources,
});

const ownRules =
  'The webhook writes its own rules once it runs, and owns them: the next apply would conflict. Until then nothing is sent to a webhook that does not answer yet.';

/** Why the default tuning has no rules. */
export const rulesReasons: readonly TuningReason[] = [
  {
    kind: 'MutatingWebhookConfiguration',
    path: 'webhooks[webhook.serving.knative.dev].rules',
    reason: ownRules,
  },
  {
    kind: 'ValidatingWebhookConfiguration',
    path: 'webhooks[validation.webhook.serving.knative.dev].rules',
    reason: ownRules,
  },
];

/** The webhook: fills in defaults and refuses what is not valid. It makes its own certificate. */
export class Webhook extends Construct {
  constructor(scope: Construct, id: string, props: WebhookProps) {
    super(scope, id);
    const { release, tuning = 'default' } = props;
    const { minReplicas = tuning === 'upstream' ? 1 : 2, maxReplicas = 5 } = props;
    const selector = { app: 'webhook', role: 'webhook' };
    addAvailability(this, 'webhook', { release, tuning, minReplicas, maxReplicas });
    const probe = httpProbe(webhookPort, { scheme: 'HTTPS' });
    componentDeployment(
      this,
      'deployment',
      {
        name: 'webhook',
        image: image(release, 'webhook'),
        serviceAccount: 'controller',
        selector,
        resources: {
          requests: { cpu: '100m', memory: '100Mi' },
          limits: { cpu: '500m', memory: '500Mi' },
        },
        env: {
          after: [
            { name: 'WEBHOOK_NAME', value: 'webhook' },
            { name: 'WEBHOOK_PORT', value: String(webhookPort) },
          ],
        },
        knows: ['name'],
        ports: [{ name: 'https-webhook', containerPort: webhookPort }],
        readinessProbe: { ...probe, periodSeconds: 1 },
        livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6, initialDelaySeconds: 20 },
        terminationGracePeriod: 300,
        spread: true,
      },
      props,
    );
    new k8s.KubeService(this, 'service', {
      metadata: servingMetadata(release, 'webhook', 'webhook', selector),
      spec: { selector, ports: [...observedPorts, servicePort('https-webhook', 443, webhookPort)] },
    });
    new k8s.KubeSecret(this, 'certificates', {
      metadata: servingMetadata(release, 'webhook-certs', 'webhook'),
    });
    this.addConfigurations(release, tuning);
  }

  private addConfigurations(release: Release, tuning: Tuning): void {
    const metadata = (name: string) => ({ name, labels: servingLabels(release, 'webhook') });
    const hook = (name: string) => ({
      name,
      admissionReviewVersions: ['v1', 'v1beta1'],
      clientConfig: { service: { name: 'webhook', namespace: servingNamespace } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      timeoutSeconds: 10,
    });
    const rules = (operations: string[]) => (tuning === 'upstream' ? { rules: [rule(operations)] } : {});
    const config = 'config.webhook.serving.knative.dev';
    new k8s.KubeValidatingWebhookConfiguration(this, 'config-maps', {
      metadata: metadata(config),
      webhooks: [
        {
          ...hook(config),
          objectSelector: {
            matchExpressions: [
              { key: 'app.kubernetes.io/name', operator: 'In', values: ['knative-serving'] },
              { key: 'app.kubernetes.io/component', operator: 'In', values: judgedComponents },
            ],
          },
        },
      ],
    });
    const defaulting = 'webhook.serving.knative.dev';
    new k8s.KubeMutatingWebhookConfiguration(this, 'defaulting', {
      metadata: metadata(defaulting),
      webhooks: [{ ...hook(defaulting), ...rules(['CREATE', 'UPDATE']) }],
    });
    const validation = 'validation.webhook.serving.knative.dev';
    new k8s.KubeValidatingWebhookConfiguration(this, 'validation', {
      metadata: metadata(validation),
      webhooks: [{ ...hook(validation), ...rules(['CREATE', 'UPDATE', 'DELETE']) }],
    });
  }
}
