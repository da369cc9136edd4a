/** Files under /_next/static, whose names carry their hash: cached for ever, as Brotli where the browser takes it. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

const TYPES = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Listed once at start: a path that is not in the list is not ours to answer, so none can climb out. */
export function staticFiles(dir) {
  const root = join(dir, '.next/static');
  const known = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    known.set('/_next/static' + file.slice(root.length), { file, size: statSync(file).size });
  }
  return (request, response, path) => {
    const plain = known.get(path);
    if (!plain || path.endsWith('.br') || !['GET', 'HEAD'].includes(request.method)) return false;
    const packed = /\bbr\b/.test(request.headers['accept-encoding'] ?? '') ? known.get(path + '.br') : undefined;
    const { file, size } = packed ?? plain;
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-length': size,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      ...(packed ? { 'content-encoding': 'br' } : {}),
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
    return true;
  };
}
