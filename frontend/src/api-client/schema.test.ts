import { execFileSync } from 'node:child_process';
import { test } from 'vitest';

test('the types are those of the committed contract (else: npm run generate:api)', () => {
  const generator = 'node_modules/openapi-typescript/bin/cli.js';
  const options = ['../backend/openapi.json', '--default-non-nullable', 'false', '-o', 'src/api-client/schema.d.ts', '--check'];
  execFileSync(process.execPath, [generator, ...options], { cwd: `${import.meta.dirname}/../..`, stdio: 'pipe' });
}, 30_000);
