import { resourcesOf, type SynthesizedStack, templateOf } from '../lib/stacks/synthesis.ts';

/** CloudFormation, as far as a test needs it: what templates say, once what they ask for has been made. */

/** An attribute of a resource that was made, or its `Ref`. */
export type AttributeOf = (made: {
  readonly stack: string;
  /** Logical id. */
  readonly id: string;
  /** Such as `AWS::EKS::Cluster`. */
  readonly type: string;
  readonly attribute: string;
}) => string;

type Stacks = Record<string, SynthesizedStack>;

/** A value of a template with every reference in it followed, into other stacks as well. */
export function resolved(value: unknown, stack: string, stacks: Stacks, attributeOf: AttributeOf): unknown {
  const again = (inner: unknown): unknown => resolved(inner, stack, stacks, attributeOf);
  const made = (id: string, attribute: string): string => {
    const type = templateOf(stacks, stack).Resources[id]?.Type ?? '';
    return attributeOf({ stack, id, type, attribute });
  };
  if (Array.isArray(value)) return value.map(again);
  if (typeof value !== 'object' || value === null) return value;
  const [[key = '', inner] = []] = Object.entries(value);
  switch (key) {
    case 'Ref':
      return made(String(inner), 'Ref');
    case 'Fn::GetAtt': {
      const [id, attribute] = inner as [string, string];
      return made(id, attribute);
    }
    case 'Fn::Join': {
      const [between, parts] = inner as [string, unknown[]];
      return (again(parts) as unknown[]).map(String).join(between);
    }
    case 'Fn::GetStackOutput': {
      const { StackName, OutputName } = inner as { StackName: string; OutputName: string };
      const output = templateOf(stacks, StackName).Outputs?.[OutputName] as { Value: unknown } | undefined;
      return resolved(output?.Value, StackName, stacks, attributeOf);
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, again(one)]));
  }
}

/** Attributes that nothing was made for. */
export const inventedAttribute: AttributeOf = ({ attribute }) => {
  switch (attribute) {
    case 'DNSName':
    case 'DnsName':
      return 'host.example.com';
    case 'Endpoint':
      return 'https://eks.example.com';
    case 'CertificateAuthorityData':
      return 'YQ==';
    default:
      return 'arn:aws:something';
  }
};

/**
 * The parameters in SSM that stacks make, those of the locator.
 * @param others that they refer to; they may be among them
 */
export function deployedParameters(
  stacks: Stacks,
  attributeOf: AttributeOf = inventedAttribute,
  others: Stacks = stacks,
): { readonly name: string; readonly value: string; readonly region: string }[] {
  return Object.entries(stacks).flatMap(([stack, { template, environment }]) =>
    resourcesOf(template, 'AWS::SSM::Parameter')
      .filter(({ Properties }) => Properties.Name !== undefined)
      .map(({ Properties }) => ({
        name: String(Properties.Name),
        value: String(resolved(Properties.Value, stack, others, attributeOf)),
        region: String(environment.split('/')[1]),
      })),
  );
}
