import type { Colour } from '../fleet/colour.ts';
import type { Reading } from './check.ts';

/** What is used of a limit of the account. */
export interface Used {
  readonly used: number;
  readonly limit: number;
}

/** What a region of an account has room for. */
export interface AccountFacts {
  /** Network interfaces. */
  readonly interfaces: Reading<Used>;
  /** vCPUs of standard instances on demand, and how many each cluster has. */
  readonly vcpus: Reading<Used & { readonly byCluster: Readonly<Record<string, number>> }>;
  /** Elastic IP addresses. */
  readonly addresses: Reading<Used>;
  readonly networks: Reading<Used>;
  /** OIDC providers of the account, whatever the region. */
  readonly providers: Reading<Used & { readonly issuers: readonly string[] }>;
}

/** A colour of a region, as AWS has it. */
export interface ColourFacts {
  readonly cluster: Reading<EksFacts>;
  readonly nodeGroups: Reading<readonly { readonly name: string; readonly status: string }[]>;
  /** `namespace/account` → role. */
  readonly podIdentities: Reading<ReadonlyMap<string, string>>;
  /** What EKS found that an upgrade would break. */
  readonly insights: Reading<readonly { readonly name: string; readonly status: string }[]>;
  readonly subnets: Reading<readonly { readonly id: string; readonly free: number }[]>;
  /** Security groups of others with rules that name this cluster's: id → name. */
  readonly admittedBy: Reading<ReadonlyMap<string, string>>;
  /** Addresses that its requests come from outside, sorted. */
  readonly egress: Reading<readonly string[]>;
  readonly targets: Reading<readonly TargetFacts[]>;
}

export interface EksFacts {
  readonly name: string;
  readonly status: string;
  readonly version: string;
  /** Without `https://`. */
  readonly issuer?: string;
  readonly endpoint?: string;
  readonly subnetIds: readonly string[];
  /** Its own, which its nodes wear, and those beside it. */
  readonly securityGroupIds: readonly string[];
  /** What EKS says is wrong with it. */
  readonly issues: readonly string[];
}

/** What a target group's load balancer thinks of its pods. */
export interface TargetFacts {
  readonly group: string;
  readonly healthy: number;
  readonly all: number;
}

/** Whom an IAM role lets in. */
export interface TrustFacts {
  /** OIDC issuers, without `https://`. */
  readonly issuers: readonly string[];
  /** Whether EKS Pod Identity may take it. */
  readonly podIdentity: boolean;
  /** Characters of its trust policy, without white space, which AWS does not count. */
  readonly length: number;
}

/** Everything that AWS tells of one region. */
export interface AwsFacts {
  readonly account: AccountFacts;
  readonly colours: Readonly<Record<Colour, ColourFacts>>;
  /** ARN → trust, of the roles that service accounts name. */
  readonly trusts: Reading<ReadonlyMap<string, TrustFacts>>;
}
