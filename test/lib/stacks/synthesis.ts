import { App } from 'aws-cdk-lib/core';
import type { Fleet } from '../../../lib/fleet/fleet.ts';
import { synthesizeFleet } from '../../../lib/stacks/index.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, unknown>;
}

export interface SynthesizedStack {
  readonly template: Template;
  readonly environment: string;
  readonly terminationProtection: boolean;
  readonly dependencies: readonly string[];
}

/** The fleet's stacks by name, and what CDK would have to look up. */
export function synthesize(fleet: Fleet, { context }: { readonly context?: Record<string, unknown> } = {}) {
  const app = new App({ ...(context === undefined ? {} : { context }) });
  synthesizeFleet(app, fleet);
  const assembly = app.synth();
  const stacks = Object.fromEntries(
    assembly.stacks.map((stack): [string, SynthesizedStack] => [
      stack.stackName,
      {
        template: stack.template,
        environment: `${stack.environment.account}/${stack.environment.region}`,
        terminationProtection: stack.terminationProtection ?? false,
        dependencies: stack.dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets')),
      },
    ]),
  );
  return { stacks, missing: assembly.manifest.missing ?? [] };
}

/** The template of a stack that there must be. */
export function templateOf(stacks: Record<string, SynthesizedStack>, name: string): Template {
  const stack = stacks[name];
  if (stack === undefined) throw new Error(`no stack ${name} among ${Object.keys(stacks).join(', ')}`);
  return stack.template;
}

export const resourcesOf = (template: Template, type: string): Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);

export const typesIn = (template: Template): string[] => [
  ...new Set(Object.values(template.Resources).map(({ Type }) => Type)),
];
