#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { main } from '../lib/cli/index.ts';

// The SDK would warn on standard error that versions of 2027 need Node 22; this one is pinned and does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

declare const ZEROSHIFT_VERSION: string | undefined;
const version =
  typeof ZEROSHIFT_VERSION === 'string'
    ? ZEROSHIFT_VERSION
    : String(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);

process.exitCode = await main(process.argv.slice(2), version);
