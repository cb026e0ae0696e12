import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';
import { completeService, type ServingConfig } from '../../lib/validation/index.ts';
import { neededSettings, renderService } from './render-service.ts';
import { serviceProblems } from './service-problems.ts';
import type { KnativeServiceProps } from './service-props.ts';

export type { KnativeServiceProps } from './service-props.ts';

/** What the construct takes beside the service itself. */
export interface KnativeServiceContext {
  /** The colour's config maps, under which the service is judged. @default - upstream's, with what it needs turned on */
  readonly serving?: ServingConfig;
}

/** A Knative Service. @throws ZeroshiftError `service.invalid` with every mistake at once */
export class KnativeService extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: KnativeServiceProps & KnativeServiceContext) {
    super(scope, id);
    const { serving, ...given } = props as KnativeServiceProps & KnativeServiceContext;
    const problems = serviceProblems(given, serving);
    if (problems.length > 0)
      throw invalidServices(problems, `the service ${given.namespace ?? 'default'}/${given.name}`);
    this.apiObject = new ApiObject(
      this,
      'Default',
      completeService(renderService(given), serving ?? neededSettings(given)) as ConstructorParameters<
        typeof ApiObject
      >[2],
    );
  }
}

/** The error that names every problem of one or more services. */
export const invalidServices = (problems: readonly Problem[], subject: string): ZeroshiftError =>
  new ZeroshiftError(
    problems.length === 1
      ? `there is a mistake in ${subject}`
      : `there are ${problems.length} mistakes in ${subject}`,
    {
      code: 'service.invalid',
      source: 'user',
      problems,
      action: 'mend the props named above and run it again',
    },
  );
