#!/usr/bin/env node
/** The scripted Kiro, which also looks around before it works. */
import { look } from './look.mjs';

if (process.argv[2] === 'chat') look('agent');
await import(new URL('scripted-kiro.mjs', import.meta.url).href);
