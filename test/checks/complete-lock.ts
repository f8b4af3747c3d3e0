import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Names in package-lock.json the optional packages of other platforms that `npm install` left out because the registry at hand
 * has no such version: `npm ci` refuses a lock file without them on every platform. Run it after `npm install`.
 */
const FILE = path.join(__dirname, '..', '..', 'package-lock.json');
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(fs.readFileSync(FILE, 'utf8')) as { packages: Record<string, Locked> };
for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = [`${place}/node_modules/${name}`, `node_modules/${name}`].some(
      (at) => lock.packages[at] !== undefined,
    );
    const parts = name.split(/[/-]/);
    const system = SYSTEMS.find((each) => parts.includes(each));
    const processor = PROCESSORS.find((each) => parts.includes(each));
    if (known || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || system === undefined || processor === undefined)
      continue;
    const libc = parts.some((part) => part.startsWith('musl'))
      ? ['musl']
      : parts.includes('gnu')
        ? ['glibc']
        : undefined;
    const entry = {
      version,
      cpu: [processor],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os: [system],
    };
    lock.packages[`node_modules/${name}`] = entry;
    console.log(`added ${name} ${version}`);
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: sorted }, undefined, 2)}\n`);
