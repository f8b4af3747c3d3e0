import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');
const README = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');

test('the output that README shows is the golden file', () => {
  const [, file = '', shown = ''] = /<!-- (test\/golden\/\S+) -->\n```text\n([\s\S]*?)\n```/.exec(README) ?? [];
  expect(`${shown}\n`.trimEnd()).toBe(fs.readFileSync(path.join(ROOT, file), 'utf8').trimEnd());
});

test('the files, scripts and folders that the READMEs name exist', () => {
  const scripts = Object.keys(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts);
  for (const [, name = ''] of README.matchAll(/`(?:npm run )?((?:test|bench):[a-z0-9-]+)`/g))
    expect(scripts).toContain(name);
  for (const readme of ['README.md', 'lib/README.md']) {
    const text = fs.readFileSync(path.join(ROOT, readme), 'utf8');
    const folder = path.join(ROOT, path.dirname(readme));
    const named = [...text.matchAll(/`([a-z][\w./-]*(?:\.ts|\.js|\.json|\/))`/g)].map((match) => match[1] ?? '');
    const missing = named.filter(
      (name) =>
        !/^(plan|bill|verdict|contract|config|cdk)\.(json|out)/.test(name) &&
        !name.startsWith('cdk.out') &&
        !fs.existsSync(path.join(folder, name)) &&
        name !== 'registry.ts' &&
        name !== 'judge.ts',
    );
    expect(missing).toEqual([]);
  }
});
