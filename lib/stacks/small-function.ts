import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { roleWith } from './rights.ts';

export interface SmallFunctionProps {
  readonly description: string;
  /** Name of the asset's folder. */
  readonly folder: string;
  /** A CommonJS module with `handler`, which needs nothing but Node and AWS's SDK. */
  readonly code: string;
  readonly timeout: Duration;
  readonly permissions: readonly PolicyStatement[];
}

/** A Lambda function of one file that is shipped with this package, its log, and a role with these rights alone. */
export class SmallFunction extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: SmallFunctionProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = roleWith(
      this,
      'Role',
      { description: props.description, assumedBy: new ServicePrincipal('lambda.amazonaws.com') },
      props.permissions,
    );
    this.handler = new LambdaFunction(this, 'Handler', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: this.code(props),
      memorySize: 256,
      timeout: props.timeout,
      logGroup: log,
      role,
    });
    log.grantWrite(this.handler);
  }

  /** An asset and not inline code, so that what moves traffic is in no template, not even as text. */
  private code({ folder: name, code }: SmallFunctionProps): Code {
    const folder = join(Stage.of(this)?.assetOutdir ?? '.', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), code);
    return Code.fromAsset(folder);
  }
}
