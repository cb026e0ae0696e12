import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CustomResource, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { RegistrationProperties } from './handle.ts';
import { handlerCode } from './handler-code.generated.ts';

/** Where an entrance is registered: an endpoint group, or the one that a listener has in this region. */
export type EndpointGroupTarget =
  | { readonly acceleratorArn: string; readonly endpointGroupArn: string }
  | { readonly acceleratorArn: string; readonly listenerArn: string };

export interface EntranceRegistrationProps {
  readonly endpointArn: string;
  /** True where this stack made the NLB. One that was registered by somebody else before is never removed. */
  readonly ours: boolean;
  readonly group: EndpointGroupTarget;
  /** Whether this is the colour that a new fleet starts with. */
  readonly first: boolean;
}

/**
 * Registers an entrance as an endpoint, once, and never changes a weight afterwards: weights belong to operations.
 * A deletion is refused while the endpoint has weight and others are registered.
 */
export class EntranceRegistration extends Construct {
  /** What adds and removes the endpoint. */
  readonly endpoint: CustomResource;

  constructor(scope: Construct, id: string, props: EntranceRegistrationProps) {
    super(scope, id);
    const handler = new LambdaFunction(this, 'Handler', {
      description: 'registers an entrance with its accelerator',
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: this.code(),
      memorySize: 256,
      // Lambda's longest: an accelerator takes minutes to deploy a change.
      timeout: Duration.minutes(15),
      logGroup: new LogGroup(this, 'Log', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    for (const statement of permissions(props.group)) handler.addToRolePolicy(statement);
    const { group } = props;
    const properties = {
      AcceleratorArn: group.acceleratorArn,
      EndpointArn: props.endpointArn,
      ...('endpointGroupArn' in group
        ? { EndpointGroupArn: group.endpointGroupArn }
        : { ListenerArn: group.listenerArn, Region: Stack.of(this).region }),
      First: String(props.first),
      Ours: String(props.ours),
    } satisfies RegistrationProperties;
    this.endpoint = new CustomResource(this, 'Endpoint', {
      resourceType: 'Custom::ZeroshiftEntranceRegistration',
      serviceToken: handler.functionArn,
      serviceTimeout: Duration.minutes(16),
      properties,
    });
  }

  /** An asset and not inline code, so that what moves traffic is in no template, not even as text. */
  private code(): Code {
    const folder = join(Stage.of(this)?.assetOutdir ?? '.', 'entrance-registration');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), handlerCode);
    return Code.fromAsset(folder);
  }
}

function permissions(group: EndpointGroupTarget): PolicyStatement[] {
  const found = 'listenerArn' in group;
  const groups = found ? `${group.listenerArn}/endpoint-group/*` : group.endpointGroupArn;
  return [
    new PolicyStatement({
      actions: [
        'globalaccelerator:AddEndpoints',
        'globalaccelerator:DescribeEndpointGroup',
        'globalaccelerator:RemoveEndpoints',
      ],
      resources: [groups],
    }),
    new PolicyStatement({
      actions: ['globalaccelerator:DescribeAccelerator'],
      resources: [group.acceleratorArn],
    }),
    ...(found
      ? [
          new PolicyStatement({
            actions: ['globalaccelerator:ListEndpointGroups'],
            resources: [group.listenerArn],
          }),
        ]
      : []),
    // Global Accelerator looks at the NLB in the caller's name; these have no narrower resource.
    new PolicyStatement({
      actions: [
        'ec2:DescribeInternetGateways',
        'ec2:DescribeSubnets',
        'elasticloadbalancing:DescribeLoadBalancers',
      ],
      resources: ['*'],
    }),
  ];
}
