/** A push service of our own for one browser: it takes what a platform sends, and reads it as that browser would (RFC 8188, 8291). */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const hkdf = (material, salt, info, length) => Buffer.from(hkdfSync('sha256', material, salt, info, length));

export async function pushEndpoint() {
  const browser = createECDH('prime256v1');
  const point = browser.generateKeys();
  const auth = randomBytes(16);
  const got = [];
  const waiting = [];

  function read(body) {
    const [salt, sender, sealed] = [body.subarray(0, 16), body.subarray(21, 21 + body[20]), body.subarray(21 + body[20])];
    const material = hkdf(browser.computeSecret(sender), auth, Buffer.concat([Buffer.from('WebPush: info\0'), point, sender]), 32);
    const decipher = createDecipheriv('aes-128-gcm', hkdf(material, salt, 'Content-Encoding: aes128gcm\0', 16), hkdf(material, salt, 'Content-Encoding: nonce\0', 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return plain.subarray(0, -1).toString(); // the last byte ends the record
  }

  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const text = read(Buffer.concat(parts));
    response.writeHead(201).end();
    const next = waiting.shift();
    if (next) next(text);
    else got.push(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    subscription: { endpoint: `http://127.0.0.1:${server.address().port}/push/browser`, keys: { p256dh: point.toString('base64url'), auth: auth.toString('base64url') } },
    /** The next message, as the text that the browser's worker would be given. */
    next: () => (got.length > 0 ? Promise.resolve(got.shift()) : new Promise((resolve) => waiting.push(resolve))),
    close: () => server.close(),
  };
}
