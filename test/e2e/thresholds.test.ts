import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseExposition } from '../exposition-parser.ts';
import { Agent, loadbot, runWorkload, scratchFile, workloadFile } from './agent.ts';
