import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ZeroshiftError } from '../../lib/messages/error.ts';

/**
 * Who registers the gateway's pods with the entrance's target groups: EKS Auto Mode's own controller, or an AWS Load
 * Balancer Controller that the team runs.
 */
export type BindingController = 'eks-auto-mode' | 'aws-load-balancer-controller';

/**
 * A target group, by the name that it was given, or by the ARN that AWS gave it. Names are known before anything is
 * deployed and are the same in every region; ARNs serve a controller that is too old for names.
 */
export type TargetGroup = { readonly name: string } | { readonly arn: string };

interface ControllerFacts {
  readonly apiVersion: string;
  /** On a namespace: pods become ready only when the target group calls them healthy. */
  readonly readinessLabel: string;
}

const controllers: Readonly<Record<BindingController, ControllerFacts>> = {
  'eks-auto-mode': {
    apiVersion: 'eks.amazonaws.com/v1',
    readinessLabel: 'eks.amazonaws.com/pod-readiness-gate-inject',
  },
  'aws-load-balancer-controller': {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    readinessLabel: 'elbv2.k8s.aws/pod-readiness-gate-inject',
  },
};

/**
 * The label with which a namespace asks for readiness gates. The controller adds them to pods that are made while a
 * binding leads to them, so bindings come before the pods; the gate's own name is the controller's business.
 */
export const readinessGates = (controller: BindingController): Record<string, string> => ({
  [controllers[controller].readinessLabel]: 'enabled',
});

export interface TargetGroupBindingProps {
  readonly metadata: ApiObjectMetadata;
  readonly controller: BindingController;
  readonly targetGroup: TargetGroup;
  /** The Service whose pods are registered, and its port. */
  readonly service: { readonly name: string; readonly port: number };
}

const arn = /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:targetgroup\/[^/]+\/[0-9a-f]+$/;
const name = /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/;

/** Binds a Service's pods to a target group. @throws ZeroshiftError `kourier.target-group` for no name and no ARN */
export class TargetGroupBinding extends Construct {
  constructor(scope: Construct, id: string, props: TargetGroupBindingProps) {
    super(scope, id);
    const { controller, targetGroup, service, metadata } = props;
    const named = 'name' in targetGroup;
    const value = named ? targetGroup.name : targetGroup.arn;
    if (!(named ? name : arn).test(value))
      throw new ZeroshiftError('the gateway cannot be bound to its target group', {
        code: 'kourier.target-group',
        source: 'user',
        problems: [
          {
            where: named ? 'targetGroup.name' : 'targetGroup.arn',
            value,
            allowed: named
              ? 'letters, digits and hyphens, at most 32, no hyphen at either end'
              : 'the ARN of a target group',
          },
        ],
        action: "give the target group's name or its ARN",
      });
    new ApiObject(this, 'binding', {
      apiVersion: controllers[controller].apiVersion,
      kind: 'TargetGroupBinding',
      metadata,
      spec: {
        serviceRef: { ...service },
        ...(named ? { targetGroupName: value } : { targetGroupARN: value }),
        // Auto Mode does not ask AWS for it.
        targetType: 'ip',
      },
    });
  }
}
