/**
 * After `next build`: puts the runnable server together in build/ (Next's standalone output, its static files
 * with Brotli beside each, what is public, our server), self-contained: needs Node and nothing from node_modules outside.
 */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const target = join(root, 'build');
/** Put together aside and moved when whole: a server that runs from build/ meanwhile never sees half of it. */
const build = join(root, '.next/assembled');

rmSync(build, { recursive: true, force: true });
cpSync(join(root, '.next/standalone'), build, { recursive: true, verbatimSymlinks: true });
cpSync(join(root, '.next/static'), join(build, '.next/static'), { recursive: true });
cpSync(join(root, 'public'), join(build, 'public'), { recursive: true });
for (const name of ['server.mjs', 'log.mjs', 'static.mjs', 'tracing.mjs']) cpSync(join(import.meta.dirname, name), join(build, name));
rmSync(join(build, 'server.js'), { force: true });

let packed = 0;
for (const entry of readdirSync(join(build, '.next/static'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|svg|json|txt)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const bytes = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(file + '.br', brotliCompressSync(bytes, { params }));
  packed += 1;
}
rmSync(target, { recursive: true, force: true });
renameSync(build, target);
process.stdout.write(`build/server.mjs is ready (${packed} static files precompressed)\n`);
