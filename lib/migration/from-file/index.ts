/**
 * A file as the source of a migration: what `kn service export` writes, repaired, and what `inventory -o yaml` writes. A
 * file is read, judged and given the shape of a cluster here; planning and applying do not know the difference.
 */
export type {
  ExportedFile,
  ExportOrigin,
  ExportRepair,
  NamedSecret,
  RepairCode,
} from './exported-file.ts';
export { type ExportedSource, exportedSource } from './exported-source.ts';
export { type ReadExportOptions, readExport } from './read-export.ts';
export { readExportFile } from './read-file.ts';
export { repairLines } from './repair-lines.ts';
