/**
 * A migration for the GitOps way: an inventory as manifests for the other colour. Plain data in, Kubernetes objects out;
 * what comes with a history, and the values of Secrets, cannot be told by manifests, and is said.
 */
export type { HistoryWord } from './past.ts';
export type { RequiredSecret } from './required-secrets.ts';
export { type LeftOut, ServiceMigration, type ServiceMigrationProps } from './service-migration.ts';
export { syncWave, syncWaveOf } from './waves.ts';
