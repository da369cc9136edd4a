import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const raw = /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/i;

test('only the token file writes raw colours', () => {
  const styles = globSync('src/**/*.css', { cwd: root }).filter((file) => !file.endsWith('tokens.css'));
  expect(styles.length).toBeGreaterThan(0);
  for (const file of styles) expect(readFileSync(root + file, 'utf8'), file).not.toMatch(raw);
});

test('every word that a component asks for is in the catalogue under a name of its own', () => {
  const catalogue = JSON.parse(readFileSync(root + 'messages/en.json', 'utf8')) as Record<string, unknown>;
  const spaces = globSync('src/**/*.tsx', { cwd: root })
    .flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(/useTranslations\('([\w.]+)'\)/g)])
    .map(([, name]) => name as string);
  expect(spaces.length).toBeGreaterThan(5);
  for (const name of spaces)
    expect(name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], catalogue), name).toBeTypeOf('object');
});
