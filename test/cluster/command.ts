// Real clusters on this machine, for tests and by hand: npm run clusters -- up|down|status
import { clusterCommand } from './command/index.ts';

process.exitCode = await clusterCommand(process.argv.slice(2));
