// How much memory the plan of a whole cluster takes. Minutes, and so apart from the other rows: npm run bench:migration-memory.
import { measureMigrationMemory } from '../migration-memory.ts';

const { services, empty, same, seconds } = await measureMigrationMemory(Number(process.argv[2] ?? 10_000));
console.log(
  `plan of ${services} services, peak of the process: ${empty.toFixed(0)} MiB onto an empty target (${seconds.toFixed(0)} s), ${same.toFixed(0)} MiB onto an equal one; aim 300 MB`,
);
