import { z } from 'zod';

/** The schemas of what a fleet says of AWS: `aws-definition.ts` says what it means. */

const text = (pattern: RegExp, allowed: string) => z.string({ error: allowed }).regex(pattern, allowed);
const whole = (least: number, most: number) => {
  const allowed = `a whole number from ${least} to ${most}`;
  return z.int(allowed).min(least, allowed).max(most, allowed);
};

const principal = text(
  /^arn:[^:]+:iam::\d{12}:(role|user)\/.+$/,
  'the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform',
);
const roleArn = text(/^arn:[^:]+:iam::\d{12}:role\/.+$/, 'the ARN of an IAM role');
const label = text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'lower-case letters, digits and hyphens, at most 63, a letter or digit at both ends',
);
/** A service account may have dots in its name. */
const accountName = text(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, 'the name of a service account');
const range = text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'an IPv4 range such as 203.0.113.0/24');

const managedNodes = z
  .strictObject({
    instanceTypes: z
      .array(text(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'an instance type such as m7g.large'))
      .min(1, 'at least one instance type'),
    min: whole(1, 450).prefault(3),
    max: whole(1, 450).prefault(20),
    diskSize: whole(20, 16_384).prefault(50),
  })
  .refine(({ min, max }) => min <= max, { path: ['max'], error: 'at least as many as min' });

export const clustersSchema = z.strictObject({
  admins: z.array(principal, 'a list of ARNs').prefault([]),
  nodes: z.union([z.literal('auto'), managedNodes], '"auto" or { instanceTypes, … }').prefault('auto'),
  publicAccess: z.array(range, 'a list of IPv4 ranges').prefault(['0.0.0.0/0']),
  podIdentities: z
    .array(z.strictObject({ namespace: label, serviceAccount: accountName, roleArn }))
    .refine(
      (all) => new Set(all.map((one) => `${one.namespace}/${one.serviceAccount}`)).size === all.length,
      'each service account once',
    )
    .prefault([]),
});

export const operatorsSchema = z.strictObject({
  principals: z.array(principal, 'a list of ARNs').prefault([]),
});

export const alarmsSchema = z.strictObject({
  topics: z.record(z.string(), text(/^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/, 'the ARN of an SNS topic')),
});

export const entranceTlsSchema = z.strictObject({
  certificates: z.record(
    z.string(),
    text(/^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/, 'the ARN of a certificate in ACM'),
  ),
});

export const flowLogsSchema = z.strictObject({
  bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket'),
  prefix: z.string('a folder').max(255, 'at most 255 characters').prefault('accelerator'),
});

export const hostAliasSchema = z.strictObject({
  hostedZoneId: text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ'),
  zone: text(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9-]+$/, 'the domain of the zone'),
  hosts: z
    .array(text(/^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9-]+$/, 'a whole host name'))
    .min(1, 'at least one host'),
});

/** How a cluster of the team's own is reached: by its endpoint, or by a context of the operator's kubeconfig. */
export const existingClusterFields = {
  clusterName: z.string().min(1).exactOptional(),
  endpoint: text(/^https:\/\/\S+$/, 'the address of the API server, https://…').exactOptional(),
  certificateAuthority: z.base64('the certificate authority in Base64, as EKS tells it').exactOptional(),
  context: z.string('a context of the kubeconfig').min(1).exactOptional(),
};
