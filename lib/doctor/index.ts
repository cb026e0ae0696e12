/**
 * What must be true in the account and in the clusters before a deployment and before a cutover, and what differs between
 * the colours: facts that readers bring, and pure checks of them. It only reads. What is done about it belongs elsewhere.
 */
export type { AwsPlace } from './aws/index.ts';
export type { CheckResult, CheckVerdict, Reading } from './check.ts';
export { accountChecks, type Coming } from './checks/account.ts';
export { type CredentialFacts, credentialCheck } from './checks/credentials.ts';
export type { Window } from './checks/nodes.ts';
export { clusterCredentials } from './cluster-credentials.ts';
export { examine, type RegionFactsRead } from './examine.ts';
export { type LookProps, lookAtAccess, lookAtAccount, lookAtRegion } from './look.ts';
export { lookAtMigration } from './look-migration.ts';
export { type ClusterReader, readCluster } from './read-cluster.ts';
export { type PlannedTimes, windowOfFleet, windowOfPlan } from './window.ts';
